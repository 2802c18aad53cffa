import { type AnchorText, rulesOf, textOf } from './anchor-text.js';
import type { TableChange } from './pfctl.js';

/** One run of pfctl, and what takes it back. */
export type Step =
  | { kind: 'load'; path: string; text: string; undo: string }
  | { kind: 'table'; path: string; table: string; change: TableChange; undo: TableChange };

/** The way from what anchors hold to what they are to hold. */
export interface Plan {
  steps: Step[];
  added: number;
  removed: number;
}

/** Small differences of a table are told one by one. */
const FEW = 32;

/**
 * Plans the change of some anchors. What stays as it is is not loaded again; where only tables differ their addresses
 * are changed in place. New rules come before old ones go.
 */
export function planChange(
  before: ReadonlyMap<string, AnchorText>,
  after: ReadonlyMap<string, AnchorText | undefined>,
): Plan {
  const plan: Plan = { steps: [], added: 0, removed: 0 };
  const removals: Step[] = [];
  for (const [path, wanted] of after) {
    const present = before.get(path);
    if (wanted === undefined) {
      if (present === undefined) continue;
      removals.push({ kind: 'load', path, text: '', undo: textOf(present) });
      plan.removed += rulesOf(present).length;
    } else if (present === undefined || present.fingerprint !== wanted.fingerprint) {
      const undo = present === undefined ? '' : textOf(present);
      plan.steps.push({ kind: 'load', path, text: textOf(wanted), undo });
      countRules(plan, present, wanted);
    } else {
      for (const [table, addresses] of wanted.tables)
        planTable(plan, path, table, present.tables.get(table) ?? [], addresses);
    }
  }
  plan.steps.push(...removals);
  return plan;
}

function countRules(plan: Plan, present: AnchorText | undefined, wanted: AnchorText): void {
  const left = new Map<string, number>();
  for (const rule of present === undefined ? [] : rulesOf(present)) left.set(rule, (left.get(rule) ?? 0) + 1);
  for (const rule of rulesOf(wanted)) {
    const count = left.get(rule) ?? 0;
    if (count === 0) plan.added += 1;
    else left.set(rule, count - 1);
  }
  for (const count of left.values()) plan.removed += count;
}

function planTable(
  plan: Plan,
  path: string,
  table: string,
  present: readonly string[],
  wanted: readonly string[],
): void {
  const [have, want] = [new Set(present), new Set(wanted)];
  const add = [...want].filter((address) => !have.has(address));
  const remove = [...have].filter((address) => !want.has(address));
  plan.added += add.length;
  plan.removed += remove.length;
  if (add.length + remove.length > FEW) {
    const undo: TableChange = { command: 'replace', addresses: present };
    plan.steps.push({ kind: 'table', path, table, change: { command: 'replace', addresses: wanted }, undo });
    return;
  }
  const step = (command: 'add' | 'delete', addresses: readonly string[]): void => {
    if (addresses.length === 0) return;
    const undo: TableChange = { command: command === 'add' ? 'delete' : 'add', addresses };
    plan.steps.push({ kind: 'table', path, table, change: { command, addresses }, undo });
  };
  step('add', add);
  step('delete', remove);
}
