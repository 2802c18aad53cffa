import { applySteps } from '../ruleset/apply-steps.js';
import type { SavedTable } from '../ruleset/saved-table.js';
import type { KernelRules } from './kernel-rules.js';

/** Tables that live in memory and start empty: what a dry run plans on. */
export function createMemoryRules(): KernelRules {
  const tables = new Map<string, SavedTable>();
  return {
    read: async (family, table) => tables.get(`${family} ${table}`) ?? { chains: new Map() },
    write: async (family, plans) => {
      for (const { table, steps } of plans) {
        const name = `${family} ${table}`;
        tables.set(name, applySteps(tables.get(name) ?? { chains: new Map() }, steps));
      }
    },
  };
}
