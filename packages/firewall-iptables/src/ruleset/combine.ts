import type { WantedTable } from './wanted-table.js';

/** What two views want of one table, as one: the chains of both, the first one's rules before the other's. */
export function combineTables(first: WantedTable, second: WantedTable): WantedTable {
  const front = new Map<string, readonly string[]>(first.front);
  for (const [chain, rules] of second.front) front.set(chain, [...(front.get(chain) ?? []), ...rules]);
  return {
    table: first.table,
    chains: new Map([...first.chains, ...second.chains]),
    front,
    removals: [...first.removals, ...second.removals],
    isOwn: (chain) => first.isOwn(chain) || second.isOwn(chain),
  };
}
