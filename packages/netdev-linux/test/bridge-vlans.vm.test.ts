import { spawnSync } from 'node:child_process';
import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev, toShellCommands } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bridgeAll, deleteLinks, ipAll, sh, testNamespace } from './host.js';

const [namespace, byHand] = [testNamespace('bridge-vlans'), testNamespace('bridge-vlans-hand')];
const [left, right] = [testNamespace('bridge-vlans-left'), testNamespace('bridge-vlans-right')];
const told: NetDevOperation[] = [];
let driver: NetDevDriver;

const shown = (where = namespace): unknown => JSON.parse(sh('bridge', '-n', where, '-json', 'vlan', 'show'));
const topology = `link add name br0 type bridge vlan_filtering 1
  link add name a type veth peer name ap
  link add name b type veth peer name bp
  link set dev a master br0
  link set dev b master br0`;

beforeAll(async () => {
  driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation) => told.push(operation),
  });
});
afterAll(() => driver.close());
beforeEach(() => ipAll(namespace, topology));
afterEach(() => {
  deleteLinks(namespace, ['br0', 'a', 'b']);
  told.length = 0;
});

describe('VLANs of ports and of bridges', () => {
  it('that the driver sets are those to bridge(8)', async () => {
    await driver.ensureBridgeVlan({ link: 'a', vlanId: 10, pvid: true, untagged: true });
    await driver.ensureBridgeVlan({ link: 'a', vlanId: 100, lastVlanId: 102 });
    await driver.ensureBridgeVlan({ link: 'br0', self: true, vlanId: 4094 });
    await driver.deleteBridgeVlan({ link: 'b', vlanId: 1 });
    const first = { vlan: 1, flags: ['PVID', 'Egress Untagged'] };
    expect(shown()).toEqual([
      { ifname: 'br0', vlans: [first, { vlan: 4094 }] },
      {
        ifname: 'a',
        vlans: [
          { vlan: 1, flags: ['Egress Untagged'] },
          { vlan: 10, flags: ['PVID', 'Egress Untagged'] },
          ...[100, 101, 102].map((vlan) => ({ vlan })),
        ],
      },
    ]);
    expect(await driver.deleteBridgeVlan({ link: 'a', vlanId: 2, lastVlanId: 101 })).toBe(true);
    expect(shown()).toMatchObject([{}, { vlans: [{ vlan: 1 }, { vlan: 102 }] }]);
  });

  it('that bridge(8) sets are shown', async () => {
    bridgeAll(
      namespace,
      `vlan add dev a vid 2 untagged
       vlan add dev a vid 10-4094
       vlan add dev a vid 20 pvid
       vlan add dev br0 vid 7-8 self
       vlan delete dev b vid 1`,
    );
    const port = { link: 'a', bridge: 'br0', pvid: false, untagged: false };
    const own = { ...port, link: 'br0' };
    expect(await driver.listBridgeVlans({ link: 'a' })).toEqual([
      { ...port, vlanId: 1, lastVlanId: 2, untagged: true },
      { ...port, vlanId: 10, lastVlanId: 19 },
      { ...port, vlanId: 20, pvid: true },
      { ...port, vlanId: 21, lastVlanId: 4094 },
    ]);
    const ownVlans = [
      { ...own, vlanId: 1, pvid: true, untagged: true },
      { ...own, vlanId: 7, lastVlanId: 8 },
    ];
    expect(await driver.listBridgeVlans({ link: 'br0' })).toEqual(ownVlans);
    expect(await driver.listBridgeVlans({ link: 'b' })).toEqual([]);
    expect(await driver.listBridgeVlans({ link: 'ap' })).toEqual([]);
    expect((await driver.listBridgeVlans({ bridge: 'br0' })).map(({ link }) => link)).toContain('a');
    expect((await driver.ensureBridgeVlan({ link: 'a', vlanId: 30, lastVlanId: 40 })).changed).toBe(false);
  });

  it('that are typed as commands are those that the driver sets', async () => {
    ipAll(byHand, topology);
    await driver.batch([
      { do: 'add-bridge-vlan', spec: { link: 'a', vlanId: 10, pvid: true, untagged: true } },
      { do: 'add-bridge-vlan', spec: { link: 'b', vlanId: 10, lastVlanId: 20 } },
      { do: 'add-bridge-vlan', spec: { link: 'br0', self: true, vlanId: 10 } },
      { do: 'delete-bridge-vlan', spec: { link: 'br0', self: true, vlanId: 1 } },
      { do: 'delete-bridge-vlan', spec: { link: 'b', vlanId: 12, lastVlanId: 14 } },
    ]);
    expect(told).toHaveLength(5);
    for (const operation of told)
      for (const words of toShellCommands(operation, { name: byHand })) sh(...words);
    expect(shown(byHand)).toEqual(shown());
  });
});

it('frames go where the VLANs of the ports let them, with tags and without', async () => {
  ipAll(namespace, `link set dev ap netns ${left}\n link set dev bp netns ${right}`);
  ipAll(left, 'link set dev ap up\n address add 192.0.2.1/24 dev ap');
  ipAll(
    right,
    `link set dev bp up
     link add link bp name bp.10 type vlan id 10
     link set dev bp.10 up
     address add 192.0.2.2/24 dev bp.10`,
  );
  await driver.updateLink('br0', { up: true, bridge: { forwardDelay: 0 } });
  for (const name of ['a', 'b']) await driver.updateLink(name, { up: true });
  const reaches = (): boolean =>
    spawnSync('ip', ['netns', 'exec', left, 'arping', '-f', '-w', '2', '-I', 'ap', '192.0.2.2']).status === 0;

  // Without tags they would get an answer from bp itself, for its host answers for all of its addresses.
  expect(reaches()).toBe(true);
  await driver.deleteBridgeVlan({ link: 'b', vlanId: 1 });
  expect(reaches()).toBe(false);
  await driver.ensureBridgeVlan({ link: 'a', vlanId: 10, pvid: true, untagged: true });
  expect(reaches()).toBe(false);
  await driver.ensureBridgeVlan({ link: 'b', vlanId: 10 });
  expect(reaches()).toBe(true);
  await driver.ensureBridgeVlan({ link: 'a', vlanId: 20, pvid: true, untagged: true });
  expect(reaches()).toBe(false);
  await driver.ensureBridgeVlan({ link: 'a', vlanId: 10, pvid: true, untagged: true });
  expect(reaches()).toBe(true);
  await driver.deleteBridgeVlan({ link: 'b', vlanId: 10 });
  expect(reaches()).toBe(false);
});
