import type { Intent } from 'netdev-core';

/** One intent as it stands in a stack's rule set, with what passed it. */
export interface MemoryRule {
  readonly key: string;
  readonly intent: Intent;
  packets: bigint;
  bytes: bigint;
}

/** What the managers of one stack have applied, by owner. */
export type MemoryRuleSet = Map<string, MemoryRule[]>;

/** Brings an owner's rules to what is wanted; the ones that stay keep their counters. */
export function replaceRules(
  ruleSet: MemoryRuleSet,
  owner: string,
  wanted: readonly { key: string; intent: Intent }[],
): { added: number; removed: number } {
  const left = [...(ruleSet.get(owner) ?? [])];
  let added = 0;
  const rules = wanted.map(({ key, intent }): MemoryRule => {
    const text = JSON.stringify(intent);
    const place = left.findIndex((rule) => rule.key === key && JSON.stringify(rule.intent) === text);
    const [present] = place === -1 ? [] : left.splice(place, 1);
    if (present !== undefined) return present;
    added += 1;
    return { key, intent, packets: 0n, bytes: 0n };
  });
  if (rules.length === 0) ruleSet.delete(owner);
  else ruleSet.set(owner, rules);
  return { added, removed: left.length };
}
