import { applySteps } from '../ruleset/apply-steps.js';
import { emptyTable, type SavedTable } from '../ruleset/saved-table.js';
import type { KernelRules } from './kernel-rules.js';

/** Tables that live in memory and start empty: what a dry run plans on. */
export function createMemoryRules(): KernelRules {
  const families = new Map<string, Map<string, SavedTable>>();
  return {
    read: async (family) => new Map(families.get(family)),
    write: async (family, plans) => {
      const tables = families.get(family) ?? new Map<string, SavedTable>();
      families.set(family, tables);
      for (const { table, steps } of plans)
        tables.set(table, applySteps(tables.get(table) ?? emptyTable, steps));
    },
  };
}
