import { applySteps } from './apply-steps.js';
import { isBuiltin } from './builtin-chains.js';
import { editChain } from './edit-chain.js';
import { type MergedRule, mergeOwnChain } from './merge-chain.js';
import type { Step, TablePlan } from './plan.js';
import type { SavedTable } from './saved-table.js';

/** The steps that undo a plan that was carried out: its chains are again what they were, with their counters. */
export function planBack(before: SavedTable, plan: TablePlan): TablePlan {
  const after = applySteps(before, plan.steps);
  const touched = [...new Set(plan.steps.map(({ chain }) => chain))];
  // Built-in chains are always there, also where nobody has used the table yet.
  const made = touched.filter((chain) => !isBuiltin(chain));
  const gone = made.filter((chain) => !before.chains.has(chain) && after.chains.has(chain));
  const lost = made.filter((chain) => before.chains.has(chain) && !after.chains.has(chain));
  const edits = touched.flatMap((chain): Step[] => {
    if (gone.includes(chain)) return [];
    const wanted = before.chains.get(chain)?.rules ?? [];
    const present = after.chains.get(chain)?.rules ?? [];
    const merged = mergeOwnChain(
      present,
      wanted.map(({ text }) => text),
    );
    const withCounters = merged.map(
      (rule, index): MergedRule => ({ ...rule, counters: wanted[index]?.counters }),
    );
    return editChain(chain, present, withCounters);
  });
  return {
    table: plan.table,
    steps: [
      ...lost.map((chain): Step => ({ do: 'declare', chain, isNew: true })),
      ...gone.map((chain): Step => ({ do: 'declare', chain, isNew: false })),
      ...edits,
      ...gone.map((chain): Step => ({ do: 'remove-chain', chain })),
    ],
    added: plan.removed,
    removed: plan.added,
    needsFreshLook: false,
  };
}
