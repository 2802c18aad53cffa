import { planTable, type TablePlan } from './ruleset/plan.js';
import type { SavedTable } from './ruleset/saved-table.js';
import { isEmpty, type WantedTable } from './ruleset/wanted-table.js';
import type { Family } from './tools/family.js';

/** What one table of one family is to become. */
export interface Wish {
  family: Family;
  table: string;
  /** Whether the table is to hold nothing of ours. */
  isEmpty: boolean;
  plan(before: SavedTable): TablePlan;
  /** To be called once what was planned counts as done. */
  done(): void;
}

export function wishFor(family: Family, wanted: WantedTable, done: () => void = () => {}): Wish {
  return {
    family,
    table: wanted.table,
    isEmpty: isEmpty(wanted),
    plan: (before) => planTable(before, wanted),
    done,
  };
}
