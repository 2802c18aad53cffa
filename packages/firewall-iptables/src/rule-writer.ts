import { type ApplyResult, type OperationOptions, PartialError } from 'netdev-core';
import { type GroupRule, intentTables, type Place, wantedTable } from './intents/compose.js';
import type { IptablesManager } from './iptables/manager.js';
import { combineTables } from './ruleset/combine.js';
import { planTable, type TablePlan } from './ruleset/plan.js';
import { renderShell } from './ruleset/render.js';
import { restorePoint } from './ruleset/restore-point.js';
import type { SavedTable } from './ruleset/saved-table.js';
import { isEmpty, type WantedTable } from './ruleset/wanted-table.js';
import { type Family, toolsOf, type Variant } from './tools/family.js';
import { isMissing, type KernelRules, RuleSetMovedError } from './tools/kernel-rules.js';

/** Makes the kernel's tables say what is wanted. */
export interface RuleWriter {
  /** Plans all families before it writes one; puts back what was written when a later one refuses. */
  write(
    rules: readonly GroupRule[],
    raw: IptablesManager | undefined,
    options?: OperationOptions,
  ): Promise<ApplyResult>;
}

interface Change {
  place: Place;
  saved: SavedTable;
  wanted: WantedTable;
  plan: TablePlan;
}

/** How often a change is planned anew when somebody else changed the rule set meanwhile. */
const TRIES = 4;

const families: readonly Family[] = ['ipv4', 'ipv6', 'bridge'];

export function createRuleWriter(
  kernel: KernelRules,
  {
    owner,
    variant,
    onCommands,
  }: { owner: string; variant: Variant; onCommands: ((commands: string[]) => void) | undefined },
): RuleWriter {
  /** Where something of ours is, or may be: everywhere, until the first look. */
  const occupied = new Set<string>(intentTables.map(placeName));

  const placesOf = (raw: IptablesManager | undefined): Place[] => {
    const rawPlaces = raw?.tables().map(({ family, table }) => ({ family, table: table.name })) ?? [];
    const all = [...intentTables, ...rawPlaces];
    return all.filter(
      (place, index) => all.findIndex((other) => placeName(other) === placeName(place)) === index,
    );
  };

  const wantedAt = (
    { family, table }: Place,
    rules: readonly GroupRule[],
    raw: IptablesManager | undefined,
  ): WantedTable => {
    const ofIntents = wantedTable(rules, family, table, owner);
    if (raw === undefined || family === 'bridge') return ofIntents;
    const ofRaw = raw[family][table as 'filter' | 'nat' | 'mangle'].wanted();
    return combineTables(ofRaw, ofIntents);
  };

  const write: RuleWriter['write'] = async (rules, raw, callOptions) => {
    for (let tries = 1; ; tries++) {
      try {
        return await writeOnce(rules, raw, callOptions);
      } catch (error) {
        if (!(error instanceof RuleSetMovedError) || tries === TRIES) throw error;
      }
    }
  };

  const writeOnce: RuleWriter['write'] = async (rules, raw, callOptions) => {
    const changes: Change[] = [];
    await Promise.all(
      placesOf(raw).map(async (place) => {
        const wanted = wantedAt(place, rules, raw);
        if (isEmpty(wanted) && wanted.removals.length === 0 && !occupied.has(placeName(place))) return;
        const saved = await readUnlessMissing(kernel, place, isEmpty(wanted), callOptions);
        if (saved === undefined) return;
        changes.push({ place, saved, wanted, plan: planTable(saved, wanted) });
      }),
    );
    const result = {
      added: changes.reduce((total, { plan }) => total + plan.added, 0),
      removed: changes.reduce((total, { plan }) => total + plan.removed, 0),
      changed: changes.some(({ plan }) => plan.steps.length > 0),
    };
    const done: Family[] = [];
    for (const family of families) {
      const ofFamily = changes.filter(({ place, plan }) => place.family === family && plan.steps.length > 0);
      if (ofFamily.length === 0) continue;
      try {
        await kernel.write(
          family,
          ofFamily.map(({ plan }) => plan),
          callOptions,
        );
      } catch (cause) {
        await putBack(
          kernel,
          changes.filter(({ place }) => done.includes(place.family)),
          cause,
        );
        throw cause;
      }
      done.push(family);
      onCommands?.(
        renderShell(
          ofFamily.map(({ plan }) => plan),
          toolsOf(family, variant).command,
        ),
      );
    }
    for (const { place, wanted } of changes) {
      if (isEmpty(wanted)) occupied.delete(placeName(place));
      else occupied.add(placeName(place));
    }
    return result;
  };

  return { write };
}

/** A table as it is; `undefined` where its programs are missing and nothing is wanted of them. */
export async function readUnlessMissing(
  kernel: KernelRules,
  { family, table }: Place,
  mayMiss: boolean,
  options?: OperationOptions,
): Promise<SavedTable | undefined> {
  try {
    return await kernel.read(family, table, options);
  } catch (error) {
    if (mayMiss && isMissing(error)) return undefined;
    throw error;
  }
}

/** Gives the families that were written before one failed what they had. */
async function putBack(kernel: KernelRules, changes: readonly Change[], cause: unknown): Promise<void> {
  for (const { place, saved, wanted } of changes) {
    try {
      const now = await kernel.read(place.family, place.table);
      await kernel.write(place.family, [planTable(now, restorePoint(saved, wanted))]);
    } catch {
      throw new PartialError({
        operation: 'apply',
        object: 'the firewall',
        detail: cause instanceof Error ? cause.message : String(cause),
        left: [`the ${place.family} ${place.table} table has the new rules`],
        hint: 'call reconcile() when the cause is mended',
        cause,
      });
    }
  }
}

function placeName({ family, table }: Place): string {
  return `${family} ${table}`;
}
