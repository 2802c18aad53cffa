import { type ComposedRules, wantedTable } from './intents/compose.js';
import type { IptablesManager } from './iptables/manager.js';
import type { StagedTable } from './iptables/table.js';
import type { Wish } from './rule-state.js';
import { combineTables } from './ruleset/combine.js';
import type { WantedTable } from './ruleset/wanted-table.js';
import type { Family } from './tools/family.js';

/** Every table that may hold something of ours, also of an earlier run. */
const places: readonly { family: Family; table: string }[] = [
  ...(['ipv4', 'ipv6'] as const).flatMap((family) =>
    ['filter', 'nat', 'mangle'].map((table) => ({ family, table })),
  ),
  { family: 'bridge', table: 'filter' },
];

/**
 * What all tables are to hold: raw rules before those of intents.
 *
 * @returns `done` is to be called once the kernel has it
 */
export function stageWishes(
  rules: ComposedRules,
  owner: string,
  raw: IptablesManager,
  rawInUse: boolean,
): { wishes: Wish[]; done(): void } {
  const staged = new Map<string, StagedTable>();
  for (const { family, table } of raw.tables()) staged.set(`${family} ${table.name}`, table.stage());
  const wishes = places.map(({ family, table }): Wish => {
    const ofIntents = wantedTable(rules, family, table, owner);
    const ofRaw = staged.get(`${family} ${table}`)?.wanted;
    if (ofRaw === undefined) return { family, wanted: ofIntents };
    return { family, wanted: combineTables(rawInUse ? ofRaw : goneOf(ofRaw), ofIntents) };
  });
  return {
    wishes,
    done: () => {
      if (rawInUse) for (const table of staged.values()) table.done();
    },
  };
}

/** Raw tables that are not used leave nothing behind, of this run or of an earlier one. */
function goneOf(raw: WantedTable): WantedTable {
  return {
    ...raw,
    chains: new Map(),
    guests: new Map(),
    shared: new Set(),
    released: new Set([...raw.released, ...raw.shared]),
  };
}
