import { createIptablesFirewall, type Variant } from 'firewall-iptables';
import type { IntentGroup } from 'netdev-core';
import { createMemoryLocks } from 'netdev-exec';
import { createSpaceRunner } from './agent/space-runner.js';
import { createSpace, ownPart, type Space } from './space.js';

/** What an owner has in a kernel. */
export interface OwnState {
  rules: string[];
  sets: string[];
}

export async function ownState(space: Space, owner: string): Promise<OwnState> {
  const sets = (await space.run('ipset', 'save')).split('\n');
  return {
    rules: ownPart(await space.save(), owner),
    // Their sizes and what their hashes start with are the kernel's affair.
    sets: sets
      .filter((line) => line.split(' ')[1]?.startsWith(`${owner}:`))
      .map((line) => line.replace(/ hashsize .*/, ''))
      .sort(),
  };
}

/** What a first apply of the same groups, in the same order, makes of an empty namespace. */
export async function freshState(
  groups: Iterable<IntentGroup>,
  owner: string,
  variant: Exclude<Variant, 'auto'>,
): Promise<OwnState> {
  const space = await createSpace(variant);
  const firewall = await createIptablesFirewall({
    runner: createSpaceRunner(),
    namespace: { name: space.name },
    variant,
    owner,
    locks: createMemoryLocks(),
  });
  for (const group of groups) await firewall.put(group);
  await firewall.apply();
  const state = await ownState(space, owner);
  await firewall.close();
  await space.remove();
  return state;
}
