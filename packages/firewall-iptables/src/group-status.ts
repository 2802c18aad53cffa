import type { GroupStatus, Key } from 'netdev-core';
import type { GroupRule, Place } from './intents/compose.js';
import type { SavedTable } from './ruleset/saved-table.js';

/** A rule of ours as the kernel counted it. */
export interface CountedRule {
  key: string | undefined;
  packets: bigint;
  bytes: bigint;
}

/** The kernel's rules of our chains stand in our order, so each is told from the others by its place. */
export function countRules(
  saved: SavedTable,
  { family, table }: Place,
  rules: readonly GroupRule[],
  owner: string,
): CountedRule[] {
  const here = rules.filter((rule) => rule.family === family && rule.table === table);
  return [...new Set(here.map(({ chain }) => chain))].flatMap((chain) => {
    const present = saved.chains.get(`${owner}-${chain}`)?.rules ?? [];
    return here
      .filter((rule) => rule.chain === chain)
      .flatMap(({ key, text }, index) => {
        const rule = present[index];
        if (rule?.text !== text) return [];
        return [{ key, packets: rule.counters?.packets ?? 0n, bytes: rule.counters?.bytes ?? 0n }];
      });
  });
}

/** What the rules of one group have counted. */
export function statusOf(key: Key, counted: readonly CountedRule[]): GroupStatus {
  const own = counted.filter((rule) => rule.key === key);
  return {
    key,
    rules: own.length,
    packets: own.reduce((total, { packets }) => total + packets, 0n),
    bytes: own.reduce((total, { bytes }) => total + bytes, 0n),
  };
}
