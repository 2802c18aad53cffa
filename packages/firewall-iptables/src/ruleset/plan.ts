import { InvalidArgumentError, UnsupportedError } from 'netdev-core';
import { hasBuiltin, isBuiltin } from './builtin-chains.js';
import { editChain } from './edit-chain.js';
import { type MergedRule, mergeOwnChain, mergeSharedChain } from './merge-chain.js';
import { ownChainsOf } from './ownership.js';
import { type Counters, type SavedRule, type SavedTable, targetOf } from './saved-table.js';
import type { WantedTable } from './wanted-table.js';

/** One step of a change, in the order in which it has to be done. */
export type Step =
  /** Makes a chain that others may use too, and fails when somebody made it meanwhile. */
  | { do: 'make'; chain: string }
  /** Makes the chain, or empties the one that is there. */
  | { do: 'declare'; chain: string; isNew: boolean }
  | { do: 'append'; chain: string; text: string; counters: Counters | undefined }
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
 * @throws InvalidArgumentError for a rule in a chain that is not there and that nobody makes
 * @throws UnsupportedError for a table with rules that iptables cannot read
 */
export function planTable(saved: SavedTable, wanted: WantedTable): TablePlan {
  if (saved.foreignToIptables === true) throw unreadable(wanted.table);
  const isOwnName = ownChainsOf(saved, wanted.owner);
  const isOwn = (chain: string): boolean => wanted.chains.has(chain) || isOwnName(chain);
  checkChains(saved, wanted, isOwn);

  const stale = [...saved.chains.keys()].filter((chain) => isOwn(chain) && !isNeeded(wanted, chain));
  const own = [...wanted.chains].map(([chain, rules]) => planOwnChain(saved, chain, rules));
  const { shared, released } = planSharedChains(saved, wanted, isOwn);
  const made = [...wanted.shared].filter((chain) => !saved.chains.has(chain) && !wanted.chains.has(chain));
  const jumpedTo = new Set(foreignTargets(saved, wanted, isOwn));
  return {
    table: wanted.table,
    steps: [
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
    ],
    added: sum([...own, ...shared].map((change) => change.added)),
    removed:
      sum([...own, ...shared].map((change) => change.removed)) +
      sum(stale.map((chain) => rulesOf(saved, chain).length)),
    needsFreshLook:
      released.length > 0 ||
      shared.some((change) => change.steps.length > 0) ||
      own.some((change) => change.declare.length > 0 && change.counted),
  };
}

interface ChainChange {
  declare: Step[];
  steps: Step[];
  added: number;
  removed: number;
  /** Whether rules are written again with the counters that they had. */
  counted: boolean;
}

function planOwnChain(saved: SavedTable, chain: string, wanted: readonly string[]): ChainChange {
  const present = saved.chains.get(chain)?.rules;
  if (present !== undefined && sameTexts(present, wanted))
    return { declare: [], steps: [], counted: false, added: 0, removed: 0 };
  const merged = mergeOwnChain(present ?? [], wanted);
  const counts = countChanges(present ?? [], merged);
  // Many single changes cost more than the whole chain.
  if (present !== undefined && counts.added + counts.removed <= wanted.length / 2 + 1) {
    const steps = editChain(chain, present, merged);
    if (steps.length <= wanted.length / 2 + 1) return { declare: [], steps, counted: false, ...counts };
  }
  return {
    declare: [{ do: 'declare', chain, isNew: present === undefined }],
    steps: merged.map(({ text, counters }): Step => ({ do: 'append', chain, text, counters })),
    counted: merged.some(({ from }) => from !== undefined),
    ...counts,
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
    if (!mayHoldOurs && removals.length === 0 && without.size === 0) return undefined;
    return mergeSharedChain(rulesOf(saved, chain), guests, removals, (rule) => {
      const target = targetOf(rule);
      if (target === undefined) return false;
      return (mayHoldOurs && isOwn(target)) || (without.has(target) && rule === `-j ${target}`);
    });
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
      const steps = editChain(chain, present, merged);
      return [{ declare: [], steps, counted: false, ...countChanges(present, merged) }];
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

function countChanges(
  present: readonly SavedRule[],
  merged: readonly MergedRule[],
): { added: number; removed: number } {
  const added = merged.filter(({ from }) => from === undefined).length;
  return { added, removed: present.length - (merged.length - added) };
}

function rulesOf(saved: SavedTable, chain: string): readonly SavedRule[] {
  return saved.chains.get(chain)?.rules ?? [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function sameTexts(rules: readonly SavedRule[], texts: readonly string[]): boolean {
  return rules.length === texts.length && rules.every(({ text }, index) => text === texts[index]);
}
