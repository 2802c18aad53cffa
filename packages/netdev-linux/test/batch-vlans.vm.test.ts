import { Worker } from 'node:worker_threads';
import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteLinks, ipAll, sh, testNamespace } from './host.js';
import { seeded } from './random-operations.js';

const [namespace, alone] = [testNamespace('batch-vlans'), testNamespace('batch-vlans-alone')];
const told: NetDevOperation[] = [];
let [driver, other]: NetDevDriver[] = [];
const topology = `link add name br0 type bridge vlan_filtering 1
  link add name br1 type bridge vlan_default_pvid 5
  link add name a type veth peer name ap
  link add name b type veth peer name bp
  link set dev a master br0
  link set dev b master br1`;

beforeAll(async () => {
  const onOperation = (operation: NetDevOperation) => told.push(operation);
  driver = await createLinuxNetDev({ namespace: { name: namespace }, onOperation });
  other = await createLinuxNetDev({ namespace: { name: alone } });
});
afterAll(async () => {
  await driver?.close();
  await other?.close();
});
beforeEach(() => {
  for (const where of [namespace, alone]) ipAll(where, topology);
  told.length = 0;
});
afterEach(() => {
  for (const where of [namespace, alone]) deleteLinks(where, ['br0', 'br1', 'br2', 'a', 'b', 'c']);
});

interface Shown {
  ifname: string;
  vlans: unknown[];
}
const shown = (where = namespace): Shown[] =>
  (JSON.parse(sh('bridge', '-n', where, '-json', 'vlan', 'show')) as Shown[]).sort((one, another) =>
    one.ifname < another.ifname ? -1 : 1,
  );
const fails: NetDevOperation = { do: 'add-bridge-vlan', spec: { link: 'absent', vlanId: 7 } };
const add = (link: string, vlanId: number, more: object = {}): NetDevOperation => ({
  ...{ do: 'add-bridge-vlan', spec: { link, vlanId, ...more } },
});
const drop = (link: string, vlanId: number, more: object = {}): NetDevOperation => ({
  ...{ do: 'delete-bridge-vlan', spec: { link, vlanId, ...more } },
});
const made: NetDevOperation[] = [
  { do: 'create-link', spec: { kind: 'bridge', name: 'br2', vlanFiltering: true } },
  { do: 'create-link', spec: { kind: 'veth', name: 'c', master: 'br2', peer: { name: 'cp' } } },
  add('c', 10, { pvid: true, untagged: true }),
  drop('c', 1),
  add('c', 100, { lastVlanId: 110 }),
  drop('c', 105),
  add('br2', 10, { self: true }),
  drop('br2', 1, { self: true }),
  drop('br2', 77, { self: true }),
  { do: 'update-link', name: 'a', changes: { master: 'br1' } },
  drop('a', 5),
  add('a', 7, { lastVlanId: 9 }),
  { do: 'update-link', name: 'b', changes: { master: null } },
  { do: 'update-link', name: 'c', changes: { name: 'c', up: true } },
];

describe('VLANs in a batch', () => {
  it('are what they would be one by one, also of links that it makes and moves; what is so already is not told', async () => {
    await driver?.batch(made);
    for (const operation of made) await other?.batch([operation]);
    expect(shown()).toEqual(shown(alone));
    expect(told).toEqual(
      made.filter((operation) => operation !== made[8]).map((one) => expect.objectContaining({ do: one.do })),
    );
    told.length = 0;
    await driver?.batch([2, 3, 5, 6].flatMap((place) => made[place] ?? []));
    expect(told).toEqual([]);
  });

  it('are as before when it fails, those of a port that changed its bridge included', async () => {
    await driver?.batch([
      add('a', 7, { pvid: true }),
      add('a', 10, { lastVlanId: 20 }),
      add('br0', 7, { self: true, untagged: true }),
      add('b', 6),
    ]);
    const before = shown();
    const moves = made.slice(9, 13);
    for (const operations of [moves, made]) {
      await expect(
        driver?.batch([
          add('a', 12, { untagged: true }),
          drop('a', 7, { lastVlanId: 11 }),
          add('a', 300, { pvid: true }),
          drop('br0', 1, { lastVlanId: 4094, self: true }),
          ...operations,
          fails,
        ]),
      ).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
      expect(shown()).toEqual(before);
    }
  });

  it.each([1, 2, 3])(
    'at random are what they would be one by one, and as before when they fail (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
      const operations = Array.from({ length: 40 }, (): NetDevOperation => {
        const link = among(['a', 'b', 'br0', 'br1']);
        const self = link.startsWith('br') ? { self: true } : {};
        const vlanId = among([1, 2, 3, 5, 6, 9]);
        const last = random() < 0.3 ? { lastVlanId: vlanId + among([1, 3]) } : {};
        if (random() < 0.15)
          return {
            do: 'update-link',
            name: among(['a', 'b']),
            changes: { master: among(['br0', 'br1', 'br1']) },
          };
        if (random() < 0.4) return drop(link, vlanId, { ...self, ...last });
        const pvid = 'lastVlanId' in last ? false : random() < 0.4;
        return add(link, vlanId, { ...self, ...last, pvid, untagged: random() < 0.5 });
      });
      const before = shown();
      await expect(driver?.batch([...operations, fails])).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
      expect(shown()).toEqual(before);
      await driver?.batch(operations);
      for (const operation of operations) await other?.batch([operation]);
      expect(shown()).toEqual(shown(alone));
    },
  );

  it('go in as few sends as they need', async () => {
    const operations = Array.from({ length: 200 }, (_, count) => add('a', 1000 + count, { untagged: true }));
    const posted = vi.spyOn(Worker.prototype, 'postMessage');
    try {
      await driver?.batch(operations);
      const sends = posted.mock.calls.filter(
        ([message]) => (message as { call?: string }).call === 'exchange',
      );
      // 200 requests by 64, and what is read beforehand.
      expect(sends.length).toBeLessThan(8);
    } finally {
      posted.mockRestore();
    }
    expect(shown()[0]?.vlans).toHaveLength(201);
  });
});
