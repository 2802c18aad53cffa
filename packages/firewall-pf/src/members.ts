import type { Intent } from 'netdev-core';
import type { MembersOf } from './render/security-group.js';
import { host } from './render/words.js';

/** Who is in the security groups: the addresses of their guests, and members that are elsewhere. */
export function membersIn(groups: Iterable<{ intents: readonly Intent[] }>): MembersOf {
  const members = new Map<string, Set<string>>();
  const add = (group: string, addresses: readonly string[]): void => {
    const present = members.get(group) ?? new Set();
    for (const address of addresses) present.add(host(address) === 'any' ? address : host(address));
    members.set(group, present);
  };
  for (const { intents } of groups) {
    for (const intent of intents) {
      if (intent.kind === 'guest') for (const group of intent.securityGroups) add(group, intent.addresses);
      if (intent.kind === 'security-group') add(intent.name, intent.members ?? []);
    }
  }
  return (group) => [...(members.get(group) ?? [])].sort();
}
