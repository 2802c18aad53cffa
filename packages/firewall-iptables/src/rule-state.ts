import { type ApplyResult, isNetDevError, type OperationOptions, PartialError } from 'netdev-core';
import type { FamilyPatch } from './book/book-change.js';
import type { Place } from './places.js';
import { applySteps } from './ruleset/apply-steps.js';
import { carryCounters } from './ruleset/carry-counters.js';
import type { TablePlan } from './ruleset/plan.js';
import { planBack } from './ruleset/plan-back.js';
import { renderRestore } from './ruleset/render.js';
import { emptyTable, type SavedTable } from './ruleset/saved-table.js';
import { type Family, families } from './tools/family.js';
import { type KernelRules, RefusedError } from './tools/kernel-rules.js';
import type { Wish } from './wish.js';

/** Makes the kernel's rule set say what is wished. */
export interface RuleState {
  /**
   * Writes the difference between the wishes and what the kernel is known to have.
   *
   * @param look `fresh` reads the kernel's tables first, `known` only where the last look does not do
   */
  write(wishes: readonly Wish[], look: 'known' | 'fresh', options?: WriteOptions): Promise<WriteResult>;
  /**
   * Begins the look that such a `write` will take, so that programs read while the wishes are worked out. Left out by who
   * reads each family when it is its turn.
   */
  lookAhead?(places: readonly Place[], look: 'known' | 'fresh', options?: OperationOptions): LookAhead;
}

/** Looks at families that were begun, each for the first that asks for it. */
export type LookAhead = Map<Family, Promise<ReadonlyMap<string, SavedTable>>>;

export interface WriteOptions extends OperationOptions {
  ahead?: LookAhead | undefined;
}

/** Says what `write` would do with a fresh look. */
export interface RuleComparer {
  compare(wishes: readonly Wish[], options?: OperationOptions): Promise<WriteResult>;
}

/** Writes steps that are known to fit what the kernel has, as long as nobody else changed it. */
export interface RulePatcher {
  /** @throws RefusedError when they do not; then nothing has changed */
  patch(patches: readonly FamilyPatch[], options?: OperationOptions): Promise<WriteResult>;
}

export interface WriteResult extends ApplyResult {
  changes: FamilyChange[];
}

/** What was written to one family. */
export interface FamilyChange {
  family: Family;
  plans: readonly TablePlan[];
}

interface TableChange {
  family: Family;
  before: SavedTable;
  plan: TablePlan;
}

/** How often a change is planned anew when somebody else changes the rule set meanwhile. */
const TRIES = 4;

/**
 * Keeps what the kernel is known to have, so that a change of our own chains needs no look at the
 * rest. A look is taken at first, before rules in chains of others change, and after a change that
 * the kernel did not take.
 */
export function createRuleState(kernel: KernelRules): RuleState & RulePatcher & RuleComparer {
  /** Worked out when it is asked for, which is seldom: most changes are of our own chains. */
  const known = new Map<Family, () => ReadonlyMap<string, SavedTable>>();

  const look = async (
    family: Family,
    wishes: readonly Wish[],
    options?: WriteOptions,
  ): Promise<ReadonlyMap<string, SavedTable>> => {
    const tables = await readUnlessUnused(kernel, family, wishes, options);
    known.set(family, () => tables);
    return tables;
  };

  const planFamily = async (
    family: Family,
    wishes: readonly Wish[],
    how: 'known' | 'fresh',
    options?: WriteOptions,
  ): Promise<TableChange[]> => {
    const last = how === 'known' ? known.get(family)?.() : undefined;
    if (last !== undefined) known.set(family, () => last);
    const tables = last ?? (await look(family, wishes, options));
    const changes = planAll(family, tables, wishes);
    if (last === undefined || !changes.some(({ plan }) => plan.needsFreshLook)) return changes;
    return planAll(family, await look(family, wishes, options), wishes);
  };

  const planAllFamilies = (
    wishes: readonly Wish[],
    how: 'known' | 'fresh',
    options?: WriteOptions,
  ): Promise<{ family: Family; changes: TableChange[] }[]> =>
    Promise.all(
      families.map(async (family) => {
        const ofFamily = wishes.filter((wish) => wish.family === family);
        return { family, changes: await planFamily(family, ofFamily, how, options) };
      }),
    );

  const attempt = async (
    wishes: readonly Wish[],
    how: 'known' | 'fresh',
    tried: { text: string | undefined },
    options?: WriteOptions,
  ): Promise<WriteResult> => {
    const planned = await planAllFamilies(wishes, how, options);
    const done: TableChange[] = [];
    for (const { family, changes } of planned) {
      const plans = changes.map(({ plan }) => plan).filter(({ steps }) => steps.length > 0);
      if (plans.length === 0) continue;
      try {
        await kernel.write(family, plans, options);
      } catch (cause) {
        known.clear();
        await takeBack(kernel, done.map(backOf), cause);
        if (!(cause instanceof RefusedError)) throw cause;
        const text = renderRestore(plans, 'iptables');
        // The same change again would be refused again.
        if (text === tried.text) throw cause;
        tried.text = text;
        throw new MovedError(cause);
      }
      const before = known.get(family);
      known.set(family, () => afterwards(before?.(), changes));
      done.push(...changes);
    }
    return resultOf(planned.map(changeOf));
  };

  return {
    lookAhead(places, how, options) {
      const begun: LookAhead = new Map();
      for (const family of families) {
        const tables = places.filter((place) => place.family === family).map(({ table }) => table);
        if (tables.length === 0 || (how === 'known' && known.has(family))) continue;
        const reading = kernel.read(family, tables, options);
        // It is thrown to whoever asks for it.
        reading.catch(() => {});
        begun.set(family, reading);
      }
      return begun;
    },

    compare: async (wishes, options) =>
      resultOf((await planAllFamilies(wishes, 'fresh', options)).map(changeOf)),

    async patch(patches, options) {
      const done: FamilyPatch[] = [];
      // What it leads to is not worked out: the next look finds it.
      known.clear();
      for (const patch of await Promise.all(patches.map((each) => withCounters(kernel, each, options)))) {
        try {
          await kernel.write(patch.family, patch.plans, options);
        } catch (cause) {
          await takeBack(kernel, done, cause);
          throw cause;
        }
        done.push(patch);
      }
      return resultOf(done.map(({ family, plans }) => ({ family, plans })));
    },

    async write(wishes, how, options) {
      const tried: { text: string | undefined } = { text: undefined };
      for (let tries = 1; ; tries++) {
        try {
          const result = await attempt(wishes, tries === 1 ? how : 'fresh', tried, options);
          for (const wish of wishes) wish.done();
          return result;
        } catch (error) {
          if (!(error instanceof MovedError)) throw error;
          if (tries === TRIES) throw error.refusal;
        }
      }
    },
  };
}

/** Where rules go from one page to another, their counters are read: nothing else knows them. */
async function withCounters(
  kernel: KernelRules,
  patch: FamilyPatch,
  options?: OperationOptions,
): Promise<FamilyPatch> {
  const { family, plans, wholeOf } = patch;
  if (!plans.some(({ needsFreshLook }) => needsFreshLook)) return patch;
  const names = plans.map(({ table }) => table);
  const saved = await kernel.read(family, names, options);
  const carrying = plans.map((plan): TablePlan => {
    const { steps } = carryCounters(saved.get(plan.table) ?? emptyTable, plan.steps, wholeOf);
    return { ...plan, steps };
  });
  const back = carrying.map((plan) => planBack(saved.get(plan.table) ?? emptyTable, plan));
  return { ...patch, plans: carrying, back };
}

function changeOf({ family, changes }: { family: Family; changes: TableChange[] }): FamilyChange {
  return { family, plans: changes.map(({ plan }) => plan) };
}

/** Sums up what was written. */
export function resultOf(changes: FamilyChange[]): WriteResult {
  const plans = changes.flatMap((change) => change.plans);
  return {
    changed: plans.some(({ steps }) => steps.length > 0),
    added: plans.reduce((total, { added }) => total + added, 0),
    removed: plans.reduce((total, { removed }) => total + removed, 0),
    changes,
  };
}

/** The kernel refused, perhaps because somebody changed the rule set since it was read. */
class MovedError extends Error {
  constructor(readonly refusal: RefusedError) {
    super(refusal.message);
  }
}

function planAll(
  family: Family,
  tables: ReadonlyMap<string, SavedTable>,
  wishes: readonly Wish[],
): TableChange[] {
  return wishes.flatMap((wish): TableChange[] => {
    const before = tables.get(wish.table) ?? emptyTable;
    if (before.chains.size === 0 && wish.isEmpty) return [];
    return [{ family, before, plan: wish.plan(before) }];
  });
}

function afterwards(
  tables: ReadonlyMap<string, SavedTable> | undefined,
  changes: readonly TableChange[],
): Map<string, SavedTable> {
  const after = new Map(tables);
  for (const { before, plan } of changes) after.set(plan.table, applySteps(before, plan.steps));
  return after;
}

/** A family of which nothing is wanted need not be there: no programs, no support in the kernel. */
async function readUnlessUnused(
  kernel: KernelRules,
  family: Family,
  wishes: readonly Wish[],
  options?: WriteOptions,
): Promise<Map<string, SavedTable>> {
  if (wishes.length === 0) return new Map();
  const tables = wishes.map(({ table }) => table);
  const begun = options?.ahead?.get(family);
  options?.ahead?.delete(family);
  try {
    return new Map(await (begun ?? kernel.read(family, tables, options)));
  } catch (error) {
    const isThere = !isNetDevError(error, 'MISSING_TOOL') && !isNetDevError(error, 'COMMAND_FAILED');
    if (isThere || wishes.some((wish) => !wish.isEmpty)) throw error;
    return new Map();
  }
}

function backOf({ family, before, plan }: TableChange): Pick<FamilyPatch, 'family' | 'back'> {
  return { family, back: plan.steps.length === 0 ? [] : [planBack(before, plan)] };
}

/** Gives the families that were written before one failed what they had. */
async function takeBack(
  kernel: KernelRules,
  done: readonly Pick<FamilyPatch, 'family' | 'back'>[],
  cause: unknown,
): Promise<void> {
  for (const { family, back } of [...done].reverse()) {
    if (back.length === 0) continue;
    try {
      await kernel.write(family, back);
    } catch {
      throw new PartialError({
        operation: 'apply',
        object: 'the firewall',
        detail: cause instanceof Error ? cause.message : String(cause),
        left: back.map(({ table }) => `the ${family} ${table} table has the new rules`),
        hint: 'call reconcile() when the cause is mended',
        cause,
      });
    }
  }
}
