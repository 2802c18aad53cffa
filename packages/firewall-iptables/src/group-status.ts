import type { GroupStatus, Key } from 'netdev-core';
import type { RuleSlice } from './intents/rendered-rule.js';
import type { SavedRule, SavedTable } from './ruleset/saved-table.js';

/** Rules with the key of the group that they belong to. */
export interface GroupSlice extends RuleSlice {
  key: string;
}

/** A rule that the kernel has, with the group that it belongs to. */
export interface CountedRule {
  key: string;
  packets: bigint;
  bytes: bigint;
}

/** The rules of one table that the kernel has. Of several with one text each stands for one of the groups, in order. */
export function countRules(saved: SavedTable, slices: readonly GroupSlice[], owner: string): CountedRule[] {
  const unclaimed = new Map<string, SavedRule[]>();
  for (const chain of new Set(slices.map((slice) => slice.chain))) {
    for (const rule of saved.chains.get(`${owner}-${chain}`)?.rules ?? []) {
      const name = `${chain} ${rule.text}`;
      const list = unclaimed.get(name);
      if (list === undefined) unclaimed.set(name, [rule]);
      else list.push(rule);
    }
  }
  return slices.flatMap(({ key, chain, texts }) =>
    texts.flatMap((text) => {
      const found = unclaimed.get(`${chain} ${text}`)?.shift();
      if (found === undefined) return [];
      return [{ key, packets: found.counters?.packets ?? 0n, bytes: found.counters?.bytes ?? 0n }];
    }),
  );
}

/** Sums the rules by group. */
export function statusOfGroups(keys: Iterable<string>, counted: readonly CountedRule[]): GroupStatus[] {
  const groups = new Map(
    [...keys].sort().map((key) => [key, { key: key as Key, rules: 0, packets: 0n, bytes: 0n }]),
  );
  for (const { key, packets, bytes } of counted) {
    const group = groups.get(key);
    if (group === undefined) continue;
    group.rules += 1;
    group.packets += packets;
    group.bytes += bytes;
  }
  return [...groups.values()];
}
