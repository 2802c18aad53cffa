import { type ApplyResult, isNetDevError, type OperationOptions } from 'netdev-core';
import type { Book, Touched } from './book.js';
import type { TableFamily } from './entry.js';
import type { KernelTable } from './kernel-table.js';
import type { Nft } from './nft.js';
import { commitPlan, type KnownTable, planTable, touchAll } from './plan.js';
import { renderPlan } from './render-plan.js';

const families: readonly TableFamily[] = ['inet', 'bridge'];

/** The kernel's tables of one owner: what they are known to hold, and how they come to hold something else. */
export interface Ruleset {
  /** Whether the kernel has been read at all. */
  readonly isKnown: boolean;
  /** Makes the tables hold what the book says. `known`: looks only at what was touched; `fresh`: reads them first. */
  write(touched: Touched, look: 'known' | 'fresh', options?: OperationOptions): Promise<ApplyResult>;
  read(options?: OperationOptions): Promise<Map<TableFamily, KernelTable>>;
}

export function createRuleset(nft: Nft, book: Book, tableName: string): Ruleset {
  let known: Map<TableFamily, KnownTable> | undefined;

  const read = async (options?: OperationOptions): Promise<Map<TableFamily, KernelTable>> => {
    const tables = new Map<TableFamily, KernelTable>();
    for (const family of families) {
      const table = await nft.read(family, options);
      if (table !== undefined) tables.set(family, table);
    }
    return tables;
  };

  const writeKnown = async (
    tables: Map<TableFamily, KnownTable>,
    touchedOf: (family: TableFamily) => Touched,
    options?: OperationOptions,
  ): Promise<ApplyResult> => {
    const plans = families.flatMap((family) => planTable(family, book, tables, touchedOf(family)) ?? []);
    if (plans.length > 0) {
      await nft.write(
        plans.flatMap((plan) => renderPlan(plan, tableName)),
        options,
      );
    }
    for (const plan of plans) commitPlan(plan, tables);
    return {
      changed: plans.length > 0,
      added: plans.reduce((sum, { counts }) => sum + counts.added, 0),
      removed: plans.reduce((sum, { counts }) => sum + counts.removed, 0),
    };
  };

  const writeFresh = async (options?: OperationOptions): Promise<ApplyResult> => {
    const tables = new Map(
      [...(await read(options))].map(([family, table]) => [family, withoutCounters(table)]),
    );
    known = tables;
    return writeKnown(tables, (family) => touchAll(family, book, tables), options);
  };

  return {
    get isKnown() {
      return known !== undefined;
    },
    read,
    async write(touched, look, options) {
      if (look === 'fresh' || known === undefined) return writeFresh(options);
      try {
        return await writeKnown(known, () => touched, options);
      } catch (error) {
        // Somebody else was at our tables: what we know of them is no longer so.
        if (!isNetDevError(error, 'COMMAND_FAILED')) throw error;
        return writeFresh(options);
      }
    },
  };
}

function withoutCounters({ chains, sets }: KernelTable): KnownTable {
  const valuesOf = [...sets].map(
    ([name, elements]) => [name, new Map([...elements].map(([key, { value }]) => [key, value]))] as const,
  );
  return { chains: new Map(chains), sets: new Map(valuesOf) };
}
