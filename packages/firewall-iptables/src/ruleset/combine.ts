import type { WantedTable } from './wanted-table.js';

/** What two views want of one table, as one: the chains of both, the first one's rules before the other's. */
export function combineTables(first: WantedTable, second: WantedTable): WantedTable {
  return {
    ...first,
    chains: joinLists(first.chains, second.chains),
    shared: new Set([...first.shared, ...second.shared]),
    guests: joinLists(first.guests, second.guests),
    jumps: joinLists(first.jumps ?? new Map(), second.jumps ?? new Map()),
    wholeOf: second.wholeOf ?? first.wholeOf,
    removals: [...first.removals, ...second.removals],
    released: new Set([...first.released, ...second.released]),
  };
}

function joinLists<Item>(
  first: ReadonlyMap<string, readonly Item[]>,
  second: ReadonlyMap<string, readonly Item[]>,
): Map<string, readonly Item[]> {
  const joined = new Map(first);
  for (const [name, items] of second) joined.set(name, [...(joined.get(name) ?? []), ...items]);
  return joined;
}
