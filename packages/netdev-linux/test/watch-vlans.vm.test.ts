import type { NetDevDriver, NetDevEvent } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bridgeAll, deleteLinks, ipAll, testNamespace } from './host.js';

const namespace = testNamespace('watch-vlans');
let driver: NetDevDriver;
beforeAll(async () => {
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(() => driver.close());
beforeEach(() =>
  ipAll(
    namespace,
    `link add name br0 type bridge vlan_filtering 1
     link add name a type veth peer name ap
     link set dev a master br0`,
  ),
);
afterEach(() => deleteLinks(namespace, ['br0', 'br1', 'a', 'b']));
const bridge = (...lines: string[]): void => bridgeAll(namespace, lines.join('\n'));

/** The events about VLANs while something is done. One of the bridge marks the end: those are told last where they are found by comparing. */
async function toldOf(work: () => unknown): Promise<string[]> {
  const told: string[] = [];
  const watched = driver.watch({ signal: AbortSignal.timeout(120_000) })[Symbol.asyncIterator]();
  const ready = watched.next();
  await driver.ensureBridgeVlan({ link: 'br0', self: true, vlanId: 4000 });
  await ready;
  await work();
  await driver.ensureBridgeVlan({ link: 'br0', self: true, vlanId: 4001 });
  for (;;) {
    const { done, value } = await watched.next();
    if (done === true) throw new Error('the events ended');
    if ('vlan' in value && value.vlan.vlanId === 4001) break;
    told.push(...lineOf(value));
  }
  await watched.return?.();
  return told;
}

function lineOf(event: NetDevEvent): string[] {
  if (event.type === 'resync') return ['resync'];
  if (!('vlan' in event) || event.vlan.vlanId >= 4000) return [];
  const { link, bridge: of, vlanId, lastVlanId, pvid, untagged } = event.vlan;
  const words = [event.type.replace('bridge-vlan-', ''), link, of, vlanId, lastVlanId];
  return [[...words, pvid && 'pvid', untagged && 'untagged'].filter(Boolean).join(' ')];
}

describe('watching tells of VLANs', () => {
  it('that bridge(8) adds, changes and deletes, one by one and as ranges', async () => {
    const told = await toldOf(() =>
      bridge(
        'vlan add dev a vid 7',
        'vlan add dev a vid 7 pvid untagged',
        'vlan add dev a vid 10-20',
        'vlan delete dev a vid 12-14',
        'vlan add dev br0 vid 9 self',
        'vlan delete dev br0 vid 9 self',
        'vlan delete dev a vid 7',
      ),
    );
    expect(told).toEqual([
      'changed a br0 7',
      'changed a br0 1 untagged',
      'changed a br0 7 pvid untagged',
      'changed a br0 10 20',
      'removed a br0 12 14',
      'changed br0 br0 9',
      'removed br0 br0 9',
      'removed a br0 7 pvid untagged',
    ]);
  });

  it('that come with a bridge and a port, and go with them', async () => {
    const told = await toldOf(() => {
      ipAll(
        namespace,
        `link add name br1 type bridge vlan_default_pvid 5
         link add name b type veth peer name bp
         link set dev b master br1`,
      );
      bridge('vlan add dev b vid 6-8');
      ipAll(namespace, 'link set dev b nomaster\n link set dev b master br1\n link delete dev br1');
    });
    expect(told).toEqual([
      'changed br1 br1 5 pvid untagged',
      'changed b br1 5 pvid untagged',
      'changed b br1 6 8',
      'removed b br1 5 pvid untagged',
      'removed b br1 6 8',
      'changed b br1 5 pvid untagged',
      'removed b br1 5 pvid untagged',
      'removed br1 br1 5 pvid untagged',
    ]);
  });

  it('that a bridge and its ports leave because their default is another', async () => {
    bridge('vlan add dev a vid 7');
    ipAll(namespace, 'link set dev br0 up');
    const told = await toldOf(() => ipAll(namespace, 'link set dev br0 type bridge vlan_default_pvid 5'));
    const last = new Map(told.map((line) => [line.split(' ').slice(1, 4).join(' '), line.split(' ')[0]]));
    expect(Object.fromEntries(last)).toEqual({
      ...{ 'br0 br0 1': 'removed', 'a br0 1': 'removed' },
      ...{ 'br0 br0 5': 'changed', 'a br0 5': 'changed' },
    });
  });

  it('by the names that links have, and not again when a link gets another', async () => {
    bridge('vlan add dev a vid 7');
    const told = await toldOf(() => {
      ipAll(namespace, 'link set dev a down\n link set dev a name b');
      bridge('vlan delete dev b vid 7');
    });
    expect(told).toEqual(['removed b br0 7']);
  });

  it('also when the events about them were lost', async () => {
    const macs = Array.from(
      { length: 30_000 },
      (_, count) => `02:00:00:00:${(count >> 8).toString(16)}:${(count & 255).toString(16)}`,
    );
    ipAll(namespace, 'link add name b type veth peer name bp\n link set dev b master br0');
    bridge('vlan add dev a vid 40-50');
    const adds = macs.map((each) => `fdb add ${each} dev b master static`);
    bridge(...adds);

    // A port that leaves takes its entries along, and the kernel tells of each at once: more than a queue holds.
    const told = await toldOf(() =>
      ipAll(namespace, 'link set dev b nomaster\nlink set dev a nomaster\nlink set dev a master br0'),
    );
    expect(told).toEqual(['removed b br0 1 pvid untagged', 'resync', 'removed a br0 40 50']);
  });
});
