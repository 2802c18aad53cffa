import { PlatformError } from 'netdev-core';
import { hasBuiltin } from '../ruleset/builtin-chains.js';
import type { MergedRule } from '../ruleset/merge-chain.js';
import type { Step, TablePlan } from '../ruleset/plan.js';
import { type ChainChange, planOwnChain, planSharedChain } from '../ruleset/plan-chain.js';
import type { SavedTable } from '../ruleset/saved-table.js';
import type { GuestRule, WantedTable } from '../ruleset/wanted-table.js';
import { mergeKept } from './merge-kept.js';

/** A plan, and the places of those of the removals that the table had. */
export interface KeptPlan {
  plan: TablePlan;
  found: ReadonlySet<number>;
}

/**
 * Plans the change of one table to what the original would have made of it, its faults included.
 *
 * @throws PlatformError for a table that the original did not find in the text
 */
export function planKept(saved: SavedTable, wanted: WantedTable): KeptPlan {
  if (saved.isFirstLine === true) throw headless(wanted.table);
  const { owner, chains, shared, released, guests } = wanted;
  const isGone = (chain: string): boolean =>
    !hasBuiltin(wanted.table, chain) &&
    (released.has(chain) || (chain.includes(owner) && !chains.has(chain) && !shared.has(chain)));
  const found = new Set<number>();
  const mergeOf = (chain: string): MergedRule[] => {
    const own = (chains.get(chain) ?? []).map((text): GuestRule => ({ text, top: false }));
    const present = saved.chains.get(chain)?.rules ?? [];
    const all = [...own, ...(guests.get(chain) ?? [])];
    const merged = mergeKept({ chain, present, wanted: all, owner, order: wanted.foreignOrder });
    return withoutRemoved(merged, chain, wanted.removals, found);
  };

  const names = new Set([...saved.chains.keys(), ...chains.keys(), ...shared, ...guests.keys()]);
  const own: ChainChange[] = [];
  const others: ChainChange[] = [];
  const gone: string[] = [];
  for (const chain of names) {
    const merged = mergeOf(chain);
    const present = saved.chains.get(chain)?.rules;
    if (isGone(chain) && merged.length === 0) {
      if (present !== undefined) gone.push(chain);
    } else if (chains.has(chain) && !released.has(chain)) {
      own.push(
        planOwnChain(
          saved,
          chain,
          merged.map(({ text }) => text),
        ),
      );
    } else {
      others.push(planSharedChain(chain, present ?? [], merged));
    }
  }
  const made = [...shared].filter((chain) => !saved.chains.has(chain) && !isGone(chain));
  return { plan: planOf(wanted.table, { saved, made, own, others, gone }), found };
}

interface Parts {
  saved: SavedTable;
  made: readonly string[];
  own: readonly ChainChange[];
  others: readonly ChainChange[];
  gone: readonly string[];
}

function planOf(table: string, { saved, made, own, others, gone }: Parts): TablePlan {
  const changes = [...own, ...others];
  const lost = gone.reduce((total, chain) => total + (saved.chains.get(chain)?.rules.length ?? 0), 0);
  return {
    table,
    steps: [
      // To declare one that the kernel has by itself changes nothing (iptables-restore(8)).
      ...made.map(
        (chain): Step =>
          hasBuiltin(table, chain) ? { do: 'declare', chain, isNew: true } : { do: 'make', chain },
      ),
      ...own.flatMap(({ declare }) => declare),
      ...gone.map((chain): Step => ({ do: 'declare', chain, isNew: false })),
      ...changes.flatMap(({ steps }) => steps),
      ...gone.map((chain): Step => ({ do: 'remove-chain', chain })),
    ],
    added: changes.reduce((total, { added }) => total + added, 0),
    removed: changes.reduce((total, { removed }) => total + removed, lost),
    needsFreshLook: false,
  };
}

/** Takes out each removal once, from the end, whether the rule is one of others or was added again since. */
function withoutRemoved(
  merged: readonly MergedRule[],
  chain: string,
  removals: WantedTable['removals'],
  found: Set<number>,
): MergedRule[] {
  return merged
    .toReversed()
    .filter(({ text }) => {
      const place = removals.findIndex(
        (removal, index) => !found.has(index) && removal.chain === chain && removal.text === text,
      );
      if (place === -1) return true;
      found.add(place);
      return false;
    })
    .toReversed();
}

/** The original looked for the line before a table's first one. */
function headless(table: string): PlatformError {
  return new PlatformError({
    operation: 'read',
    object: `the ${table} table`,
    detail: 'no comment stands before it',
    hint: "it is read all the same unless the instance is made with faults: 'keep'",
  });
}
