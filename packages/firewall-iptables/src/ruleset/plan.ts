import { type Counters, type SavedRule, type SavedTable, targetOf } from './saved-table.js';
import type { WantedTable } from './wanted-table.js';

/** One step of a change, in the order in which it has to be done. */
export type Step =
  /** Makes the chain, or empties the one that is there. */
  | { do: 'declare'; chain: string; isNew: boolean }
  | { do: 'append'; chain: string; text: string; counters: Counters | undefined }
  | { do: 'insert'; chain: string; position: number; text: string; counters: Counters | undefined }
  | { do: 'delete'; chain: string; text: string }
  | { do: 'remove-chain'; chain: string };

/** The difference between a table as it is and as it is to be. */
export interface TablePlan {
  table: string;
  steps: readonly Step[];
  added: number;
  removed: number;
}

/**
 * Plans the change of one table: only chains that differ are written, and in chains that are not
 * ours single rules are deleted and inserted, so that everything else keeps its place and counters.
 */
export function planTable(saved: SavedTable, wanted: WantedTable): TablePlan {
  const stale = [...saved.chains.keys()].filter((chain) => wanted.isOwn(chain) && !wanted.chains.has(chain));
  const own = [...wanted.chains].flatMap(([chain, rules]) => planOwnChain(saved, chain, rules));
  const shared = [...saved.chains.keys(), ...wanted.front.keys()]
    .filter((chain, index, all) => all.indexOf(chain) === index && !wanted.isOwn(chain))
    .map((chain) => planSharedChain(saved, chain, wanted));
  const jumpedTo = new Set(foreignTargets(saved, wanted));
  return {
    table: wanted.table,
    steps: [
      // Chains exist before rules name them, and are let go of before they are removed.
      ...own.map((change) => change.declare),
      ...stale.map((chain): Step => ({ do: 'declare', chain, isNew: false })),
      ...own.flatMap((change) => change.rules),
      ...shared.flatMap((change) => change.steps),
      ...stale.filter((chain) => !jumpedTo.has(chain)).map((chain): Step => ({ do: 'remove-chain', chain })),
    ],
    added: sum([...own, ...shared].map((change) => change.added)),
    removed:
      sum([...own, ...shared].map((change) => change.removed)) +
      sum(stale.map((chain) => rulesOf(saved, chain).length)),
  };
}

interface OwnChange {
  declare: Step;
  rules: Step[];
  added: number;
  removed: number;
}

function planOwnChain(saved: SavedTable, chain: string, wanted: readonly string[]): OwnChange[] {
  const present = saved.chains.get(chain);
  const rules = present?.rules ?? [];
  if (present !== undefined && sameTexts(rules, wanted)) return [];
  const counters = countersByText(rules);
  const kept = wanted.filter((text) => counters.has(text)).length;
  return [
    {
      declare: { do: 'declare', chain, isNew: present === undefined },
      rules: wanted.map((text) => ({ do: 'append', chain, text, counters: counters.get(text)?.shift() })),
      added: Math.max(0, wanted.length - kept),
      removed: Math.max(0, rules.length - kept),
    },
  ];
}

function planSharedChain(
  saved: SavedTable,
  chain: string,
  wanted: WantedTable,
): { steps: Step[]; added: number; removed: number } {
  const present = rulesOf(saved, chain);
  const front = wanted.front.get(chain) ?? [];
  const removals = wanted.removals.filter((removal) => removal.chain === chain).map(({ text }) => text);
  const jumpsAreOurs = isBuiltin(saved, chain) || wanted.front.has(chain);
  const isOurs = ({ text }: SavedRule): boolean => {
    const target = targetOf(text);
    return (
      (jumpsAreOurs && target !== undefined && wanted.isOwn(target)) ||
      front.includes(text) ||
      removals.includes(text)
    );
  };
  const ours = present.filter(isOurs);
  const inPlace = ours.length === front.length && sameTexts(present.slice(0, front.length), front);
  if (inPlace) return { steps: [], added: 0, removed: 0 };
  const counters = countersByText(ours);
  const kept = front.filter((text) => counters.has(text)).length;
  return {
    steps: [
      ...ours.map(({ text }): Step => ({ do: 'delete', chain, text })),
      ...front.map(
        (text, index): Step => ({
          do: 'insert',
          chain,
          position: index + 1,
          text,
          counters: counters.get(text)?.shift(),
        }),
      ),
    ],
    added: front.length - kept,
    removed: ours.length - kept,
  };
}

/** Our chains that rules of other people's chains jump to: their rules stay, so the chain has to. */
function foreignTargets(saved: SavedTable, wanted: WantedTable): string[] {
  return [...saved.chains]
    .filter(([chain]) => !wanted.isOwn(chain) && !isBuiltin(saved, chain))
    .flatMap(([, { rules }]) => rules.flatMap(({ text }) => targetOf(text) ?? []))
    .filter((target) => wanted.isOwn(target));
}

/** Chains that somebody made have no policy of their own: `-`, or `RETURN` in ebtables. */
function isBuiltin(saved: SavedTable, chain: string): boolean {
  const policy = saved.chains.get(chain)?.policy;
  return policy !== '-' && policy !== 'RETURN';
}

function countersByText(rules: readonly SavedRule[]): Map<string, Counters[]> {
  const byText = new Map<string, Counters[]>();
  for (const { text, counters } of rules) {
    if (counters === undefined) continue;
    const list = byText.get(text);
    if (list === undefined) byText.set(text, [counters]);
    else list.push(counters);
  }
  return byText;
}

function rulesOf(saved: SavedTable, chain: string): readonly SavedRule[] {
  return saved.chains.get(chain)?.rules ?? [];
}

function sameTexts(rules: readonly SavedRule[], texts: readonly string[]): boolean {
  return rules.length === texts.length && rules.every(({ text }, index) => text === texts[index]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
