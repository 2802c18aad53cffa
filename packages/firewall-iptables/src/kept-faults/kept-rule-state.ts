import { type FamilyChange, type RuleState, resultOf } from '../rule-state.js';
import { emptyTable } from '../ruleset/saved-table.js';
import { families } from '../tools/family.js';
import type { KernelRules } from '../tools/kernel-rules.js';

/**
 * Writes as the original did: one family after the other, each from a fresh look; what was planned
 * counts as done before the kernel has taken it, and a family that was written stays so when the next
 * one fails.
 */
export function createKeptRuleState(kernel: KernelRules): RuleState {
  return {
    async write(wishes, _look, options) {
      const changes: FamilyChange[] = [];
      for (const family of families) {
        const ofFamily = wishes.filter((wish) => wish.family === family);
        if (ofFamily.length === 0) continue;
        const names = ofFamily.map(({ table }) => table);
        const tables = await kernel.read(family, names, options);
        const plans = ofFamily.map((wish) => {
          const plan = wish.plan(tables.get(wish.table) ?? emptyTable);
          wish.done();
          return plan;
        });
        const changed = plans.filter(({ steps }) => steps.length > 0);
        if (changed.length > 0) await kernel.write(family, changed, options);
        changes.push({ family, plans });
      }
      return resultOf(changes);
    },
  };
}
