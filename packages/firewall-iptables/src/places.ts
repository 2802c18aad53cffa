import type { IptablesManager } from './iptables/manager.js';
import type { Family } from './tools/family.js';

/** A table that may hold something of ours. */
export interface Place {
  family: Family;
  table: string;
}

/** Every table that may hold something of ours, also of an earlier run. */
const allPlaces: readonly Place[] = [
  ...(['ipv4', 'ipv6'] as const).flatMap((family) =>
    ['filter', 'nat', 'mangle'].map((table) => ({ family, table })),
  ),
  { family: 'bridge', table: 'filter' },
];

/** Says which tables have to be looked at. */
export interface Places {
  /** @param wanted the tables that intents want something of, as `ipv4 filter` */
  of(wanted: readonly string[]): readonly Place[];
}

/** @param onlyUsed whether tables of which nothing was ever wanted are left alone */
export function createPlaces(raw: IptablesManager, { onlyUsed }: { onlyUsed: boolean }): Places {
  const used = new Set<string>();
  return {
    of(wanted) {
      if (!onlyUsed) return allPlaces;
      for (const { family, table } of raw.tables()) used.add(`${family} ${table.name}`);
      for (const place of wanted) used.add(place);
      return allPlaces.filter(({ family, table }) => used.has(`${family} ${table}`));
    },
  };
}
