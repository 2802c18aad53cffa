import { InvalidArgumentError, UnsupportedError } from 'netdev-core';
import { hasBuiltin, isBuiltin } from './builtin-chains.js';
import { carryCounters } from './carry-counters.js';
import { checkJumps } from './jumps.js';
import { type MergedRule, mergeSharedChain, rankingOf } from './merge-chain.js';
import { ownChainsOf } from './ownership.js';
import { type ChainChange, planOwnChain, planSharedChain } from './plan-chain.js';
import { type Counters, type SavedRule, type SavedTable, targetOf } from './saved-table.js';
import type { WantedTable } from './wanted-table.js';

/** One step of a change, in the order in which it has to be done. */
export type Step =
  /** Makes a chain that others may use too, and fails when somebody made it meanwhile. */
  | { do: 'make'; chain: string }
  /** Makes the chain, or empties the one that is there. */
  | { do: 'declare'; chain: string; isNew: boolean }
  | { do: 'append'; chain: string; text: string; counters: Counters | undefined }
  /** Appends new rules, as many as there are. */
  | { do: 'fill'; chain: string; texts: readonly string[] }
  | { do: 'insert'; chain: string; position: number; text: string; counters: Counters | undefined }
  /** By its number where its text would find another one. */
  | { do: 'delete'; chain: string; text: string; position: number | undefined }
  | { do: 'remove-chain'; chain: string };

/** The difference between a table as it is and as it is to be. */
export interface TablePlan {
  table: string;
  steps: readonly Step[];
  /** Rules that are new, and rules that go. One that moves is neither. */
  added: number;
  removed: number;
  /** Whether places or counters of rules that others may have changed meanwhile went into it. */
  needsFreshLook: boolean;
}

/**
 * Plans the change of one table: only chains that differ are written, and in chains that are not
 * ours single rules are deleted and inserted, so that everything else keeps its place and counters.
 *
 * @throws InvalidArgumentError for a rule in a chain that is not there and that nobody makes, or that goes to such a one
 *   or back to where it came from
 * @throws UnsupportedError for a table with rules that iptables cannot read
 */
export function planTable(saved: SavedTable, wanted: WantedTable): TablePlan {
  if (saved.foreignToIptables === true) throw unreadable(wanted.table);
  const isOwnName = ownChainsOf(saved, wanted.owner);
  const isOwn = (chain: string): boolean => wanted.chains.has(chain) || isOwnName(chain);
  checkChains(saved, wanted, isOwn);
  checkJumps(wanted.jumps ?? new Map(), (chain) => isOwn(chain) && !isNeeded(wanted, chain));

  const stale = [...saved.chains.keys()].filter((chain) => isOwn(chain) && !isNeeded(wanted, chain));
  const own = [...wanted.chains].map(([chain, rules]) => planOwnChain(saved, chain, rules));
  const { shared, released } = planSharedChains(saved, wanted, isOwn);
  const made = [...wanted.shared].filter((chain) => !saved.chains.has(chain) && !wanted.chains.has(chain));
  const jumpedTo = new Set(foreignTargets(saved, wanted, isOwn));
  const planned = [
    // Chains exist before rules name them, and are let go of before they are removed.
    ...made.map((chain): Step => ({ do: 'make', chain })),
    ...own.flatMap((change) => change.declare),
    ...stale
      .filter((chain) => !jumpedTo.has(chain) || rulesOf(saved, chain).length > 0)
      .map((chain): Step => ({ do: 'declare', chain, isNew: false })),
    ...own.flatMap((change) => change.steps),
    ...shared.flatMap((change) => change.steps),
    ...[...stale.filter((chain) => !jumpedTo.has(chain)), ...released].map(
      (chain): Step => ({ do: 'remove-chain', chain }),
    ),
  ];
  const { steps, carried } = carryCounters(saved, planned, wanted.wholeOf ?? ((chain) => chain));
  return {
    table: wanted.table,
    steps,
    added: sum([...own, ...shared].map((change) => change.added)) - carried,
    removed:
      sum([...own, ...shared].map((change) => change.removed)) +
      sum(stale.map((chain) => rulesOf(saved, chain).length)) -
      carried,
    needsFreshLook:
      carried > 0 ||
      released.length > 0 ||
      shared.some((change) => change.steps.length > 0) ||
      own.some((change) => change.declare.length > 0 && change.counted),
  };
}

function planSharedChains(
  saved: SavedTable,
  wanted: WantedTable,
  isOwn: (chain: string) => boolean,
): { shared: ChainChange[]; released: string[] } {
  const names = new Set([...saved.chains.keys(), ...wanted.guests.keys()]);
  for (const chain of wanted.chains.keys()) names.delete(chain);
  const mergeOf = (chain: string, without: ReadonlySet<string>): MergedRule[] | undefined => {
    const guests = wanted.guests.get(chain) ?? [];
    const removals = wanted.removals.filter((removal) => removal.chain === chain).map(({ text }) => text);
    // Jumps to our chains in chains that somebody else made are theirs.
    const mayHoldOurs = isBuiltin(chain) || guests.length > 0 || isShared(wanted, chain);
    const isOrdered = wanted.foreignOrder !== undefined;
    if (!mayHoldOurs && removals.length === 0 && without.size === 0 && !isOrdered) return undefined;
    const isOurs = (rule: string): boolean => {
      const target = targetOf(rule);
      if (target === undefined) return false;
      return (mayHoldOurs && isOwn(target)) || (without.has(target) && rule === `-j ${target}`);
    };
    const rankOf = rankingOf(chain, wanted.foreignOrder);
    return mergeSharedChain(rulesOf(saved, chain), guests, removals, isOurs, rankOf);
  };
  const released = [...wanted.released].filter(
    (chain) =>
      saved.chains.has(chain) &&
      !isOwn(chain) &&
      !isNeeded(wanted, chain) &&
      mergeOf(chain, new Set())?.length === 0 &&
      !isJumpedToOtherwise(saved, chain),
  );
  const without = new Set(released);
  const shared = [...names]
    .filter((chain) => !isOwn(chain) || wanted.shared.has(chain))
    .flatMap((chain): ChainChange[] => {
      const present = rulesOf(saved, chain);
      const merged = mergeOf(chain, without);
      if (merged === undefined) return [];
      return [planSharedChain(chain, present, merged)];
    });
  return { shared, released };
}

/** Our chains that rules of other people's chains jump to: their rules stay, so the chain has to. */
function foreignTargets(saved: SavedTable, wanted: WantedTable, isOwn: (chain: string) => boolean): string[] {
  return [...saved.chains]
    .filter(
      ([chain]) =>
        !isOwn(chain) && !isBuiltin(chain) && !wanted.guests.has(chain) && !isShared(wanted, chain),
    )
    .flatMap(([, { rules }]) => rules.flatMap(({ text }) => targetOf(text) ?? []))
    .filter((target) => isOwn(target));
}

function isJumpedToOtherwise(saved: SavedTable, chain: string): boolean {
  return [...saved.chains.values()].some(({ rules }) =>
    rules.some(({ text }) => text !== `-j ${chain}` && targetOf(text) === chain),
  );
}

function isShared(wanted: WantedTable, chain: string): boolean {
  return !wanted.chains.has(chain) && (wanted.shared.has(chain) || wanted.released.has(chain));
}

function isNeeded(wanted: WantedTable, chain: string): boolean {
  return wanted.chains.has(chain) || wanted.shared.has(chain);
}

function checkChains(saved: SavedTable, wanted: WantedTable, isOwn: (chain: string) => boolean): void {
  for (const [chain, rules] of wanted.guests) {
    const exists = saved.chains.has(chain) && !(isOwn(chain) && !isNeeded(wanted, chain));
    if (rules.length === 0 || exists || isNeeded(wanted, chain) || hasBuiltin(wanted.table, chain)) continue;
    throw new InvalidArgumentError('chain', chain, `a chain of the ${wanted.table} table`);
  }
}

function unreadable(table: string): UnsupportedError {
  return new UnsupportedError({
    operation: 'change',
    object: `the ${table} table`,
    detail: 'it holds rules of nft that iptables can neither show nor keep',
    hint: `see \`nft list ruleset\`; rules made with nft belong in a table that is not called ${table}`,
  });
}

function rulesOf(saved: SavedTable, chain: string): readonly SavedRule[] {
  return saved.chains.get(chain)?.rules ?? [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
