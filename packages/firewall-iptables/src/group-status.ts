import type { GroupStatus, Key } from 'netdev-core';
import { CLEARING } from './intents/allowance.js';
import { isDropChain } from './intents/drop-logging.js';
import { isOfFrame } from './intents/frame.js';
import { wholeOf } from './intents/page-names.js';
import type { RuleSlice } from './intents/rendered-rule.js';
import { type SavedRule, type SavedTable, targetOf } from './ruleset/saved-table.js';

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
    for (const rule of rulesWithPages(saved, chain, owner)) {
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
      const counters = decides(text, owner) ? found.counters : undefined;
      return [{ key, packets: counters?.packets ?? 0n, bytes: counters?.bytes ?? 0n }];
    }),
  );
}

/** The rules of a chain, with those of its pages where it goes to them. */
function rulesWithPages(saved: SavedTable, chain: string, owner: string): SavedRule[] {
  const prefix = `${owner}-`;
  return (saved.chains.get(`${prefix}${chain}`)?.rules ?? []).flatMap((rule) => {
    const target = targetOf(rule.text);
    if (target?.startsWith(prefix) !== true || wholeOf(target.slice(prefix.length)) !== chain) return [rule];
    return saved.chains.get(target)?.rules ?? [];
  });
}

/** Whether a rule says what becomes of a packet. Others, by which a guest's chains are asked, would count it again. */
function decides(text: string, owner: string): boolean {
  if (text.startsWith(CLEARING)) return false;
  const target = targetOf(text);
  if (target?.startsWith(`${owner}-`) !== true) return true;
  const chain = target.slice(owner.length + 1);
  return isOfFrame(chain) || isDropChain(chain);
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
