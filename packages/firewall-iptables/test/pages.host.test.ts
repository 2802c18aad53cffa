import { createIptablesFirewall, type IptablesFirewall } from 'firewall-iptables';
import type { IntentGroup } from 'netdev-core';
import { createMemoryLocks } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageMark, wholeOf } from '../src/intents/page-names.js';
import { createSpaceRunner } from './agent/space-runner.js';
import { freshState, ownState } from './fresh-apply.js';
import { createSpace, type Space } from './space.js';

const OWNER = 'netdev';
const groups = Array.from({ length: 300 }, (_, number): IntentGroup => {
  const place = `${number >> 8}.${number & 255}`;
  return {
    key: `guest/${number}`,
    intents: [
      { kind: 'floating-address', floating: `198.18.${place}`, fixed: `10.0.${place}` },
      { kind: 'accept-input', source: `10.0.${place}/32` },
      { kind: 'dhcp-guard', ports: [`tap${number}`] },
    ],
  };
});
const [first, second] = groups.filter(({ key }) => pageMark(key) !== undefined) as [IntentGroup, IntentGroup];

describe.each(['nft', 'legacy'] as const)('chains in pages, iptables-%s', (variant) => {
  let space: Space;
  let firewall: IptablesFirewall;
  const present = new Map<string, IntentGroup>();
  beforeEach(async () => {
    space = await createSpace(variant);
    const namespace = { name: space.name };
    firewall = await createIptablesFirewall({
      ...{ runner: createSpaceRunner(), namespace, variant, owner: OWNER },
      locks: createMemoryLocks(),
    });
    present.clear();
    for (const group of groups) await put(group);
    await firewall.apply();
  });
  afterEach(async () => {
    await firewall.close();
    await space.remove();
  });

  const put = async (group: IntentGroup): Promise<void> => {
    present.set(group.key, group);
    await firewall.put(group);
  };
  const remove = async ({ key }: IntentGroup): Promise<void> => {
    present.delete(key);
    await firewall.delete(key);
  };
  /** Gives every rule packets of its own, as if there had been traffic. */
  const count = async (): Promise<void> => {
    let packets = 0;
    const text = (await space.run(`iptables-${variant}-save`, '-c')).replace(/^\[0:0\]/gm, () => {
      packets += 1;
      return `[${packets}:${packets * 60}]`;
    });
    await space.feed(text, `iptables-${variant}-restore`, '-c');
  };
  const packetsOf = async (): Promise<Map<string, bigint>> =>
    new Map((await firewall.status()).map(({ key, packets }) => [key, packets]));
  const pages = async (): Promise<number> =>
    (await space.save()).filter(
      ({ table, chain }) => table.startsWith('iptables') && /^netdev-[a-z]\d\./.test(chain),
    ).length;

  it('are the same as of a first apply, and others keep their counters, when the first of a page goes and comes', async () => {
    expect(await pages()).toBe(8);
    await count();
    const counted = await packetsOf();
    expect(new Set(counted.values()).size).toBeGreaterThan(250);
    const check = async (work: () => Promise<void>, ...changed: IntentGroup[]): Promise<void> => {
      await work();
      await firewall.apply();
      const now = await packetsOf();
      for (const { key } of changed) for (const list of [now, counted]) list.delete(key);
      expect(now).toEqual(counted);
      expect(await ownState(space, OWNER)).toEqual(await freshState(present.values(), OWNER, variant));
      expect(await firewall.reconcile()).toMatchObject({ added: 0, removed: 0 });
      expect(await firewall.diagnose()).not.toContainEqual(
        expect.objectContaining({ code: 'not-as-applied' }),
      );
    };
    await check(() => remove(first), first);
    // A page that begins in the middle takes what is behind it from the one before.
    await check(() => put({ ...second, intents: second.intents.slice(0, 1) }), second);
    await check(() => put(second), second);
    await check(
      async () => {
        await remove(second);
        await put(first);
      },
      first,
      second,
    );
  });

  it('are found by a manager that starts again, which has nothing to do', async () => {
    const restarted = await createIptablesFirewall({
      ...{ runner: createSpaceRunner(), namespace: { name: space.name }, variant, owner: OWNER },
      locks: createMemoryLocks(),
    });
    for (const group of groups) await restarted.put(group);
    expect(await restarted.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    await restarted.delete(first.key);
    await restarted.apply();
    await restarted.put(first);
    expect(await restarted.apply()).toMatchObject({ changed: true, removed: 0 });
    await restarted.clear();
    expect(await ownState(space, OWNER)).toEqual({ rules: [], sets: [] });
  });

  it('come from a rule set without pages, whose counters stay', async () => {
    const withoutPages = (await space.run(`iptables-${variant}-save`, '-c'))
      .split('\n')
      .filter((line) => !/^:netdev-[a-z]\d\.|-j netdev-[a-z]\d\./.test(line))
      .map((line) =>
        line.replace(/-A netdev-([a-z])\d\.\S+/, (words) => words.replace(/[a-z]\d\.\S+/, wholeOf)),
      );
    await space.feed(withoutPages.join('\n'), `iptables-${variant}-restore`, '-c');
    await count();
    const before = await packetsOf();
    expect(await pages()).toBe(0);
    const restarted = await createIptablesFirewall({
      ...{ runner: createSpaceRunner(), namespace: { name: space.name }, variant, owner: OWNER },
      locks: createMemoryLocks(),
    });
    for (const group of groups) await restarted.put(group);
    await restarted.apply();
    expect(await packetsOf()).toEqual(before);
    expect(await ownState(space, OWNER)).toEqual(await freshState(groups, OWNER, variant));
    await restarted.close();
  });
});
