import assert from 'node:assert/strict';
import type { BridgeVlanFilter, NetDevCapability, NetDevDriver } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { plainLink } from './fixtures.js';

const needs: NetDevCapability[] = ['bridge', 'vlan-filtering'];

/** A bridge with two ports that are in no VLAN. What a platform puts them into by itself is its affair. */
async function bridgeWithPorts(driver: NetDevDriver): Promise<void> {
  await driver.createLink({ kind: 'bridge', name: 'cfbr0', vlanFiltering: true });
  for (const name of ['cf0', 'cf1']) {
    await driver.createLink(plainLink(driver, name, { master: 'cfbr0' }));
    await driver.deleteBridgeVlan({ link: name, vlanId: 1, lastVlanId: 4094 });
  }
  await driver.deleteBridgeVlan({ link: 'cfbr0', self: true, vlanId: 1, lastVlanId: 4094 });
}

/** VLANs as a line each: link, bridge, numbers, how untagged frames are treated. */
async function shown(driver: NetDevDriver, filter: BridgeVlanFilter = {}): Promise<string[]> {
  const vlans = await driver.listBridgeVlans(filter);
  return vlans
    .map(({ link, bridge, vlanId, lastVlanId, pvid, untagged }) =>
      [link, bridge, vlanId, lastVlanId, pvid && 'pvid', untagged && 'untagged'].filter(Boolean).join(' '),
    )
    .sort();
}

export const bridgeVlans: NetDevDemand[] = [
  {
    name: 'ensureBridgeVlan puts a port into a VLAN; done again it writes nothing and says so',
    needs,
    async run({ driver, told }) {
      await bridgeWithPorts(driver);
      const spec = { link: 'cf0', vlanId: 7 };
      const { changed, value } = await driver.ensureBridgeVlan(spec);
      const how = { pvid: false, untagged: false };
      assert.equal(changed, true);
      assert.deepEqual(value, { ...spec, ...how, bridge: 'cfbr0' });
      assert.deepEqual(told.at(-1)?.operation, { do: 'add-bridge-vlan', spec: { ...spec, ...how } });
      const count = told.length;
      assert.equal((await driver.ensureBridgeVlan(spec)).changed, false);
      assert.equal(told.length, count);
      for (const filter of [{}, { link: 'cf0' }, { bridge: 'cfbr0' }])
        assert.deepEqual(await shown(driver, filter), ['cf0 cfbr0 7']);
      assert.deepEqual(await shown(driver, { link: 'cf1' }), []);
    },
  },
  {
    name: 'a port treats the frames of a VLAN as it is told, also when it was told otherwise before',
    needs,
    async run({ driver }) {
      await bridgeWithPorts(driver);
      const vlan = { link: 'cf0', vlanId: 7 };
      await driver.ensureBridgeVlan({ ...vlan, pvid: true, untagged: true });
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 7 pvid untagged']);
      assert.equal((await driver.ensureBridgeVlan({ ...vlan, untagged: true })).changed, true);
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 7 untagged']);
      assert.equal((await driver.ensureBridgeVlan(vlan)).changed, true);
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 7']);
    },
  },
  {
    name: 'frames that come in without a tag are in one VLAN of a port: the last that was said to be it',
    needs,
    async run({ driver }) {
      await bridgeWithPorts(driver);
      for (const vlanId of [7, 9]) await driver.ensureBridgeVlan({ link: 'cf0', vlanId, pvid: true });
      await driver.ensureBridgeVlan({ link: 'cf1', vlanId: 7, pvid: true });
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 7', 'cf0 cfbr0 9 pvid', 'cf1 cfbr0 7 pvid']);
    },
  },
  {
    name: 'several VLANs are put and deleted at once, and those alike are shown as one entry',
    needs,
    async run({ driver }) {
      await bridgeWithPorts(driver);
      const range = { link: 'cf0', vlanId: 10, lastVlanId: 20 };
      await driver.ensureBridgeVlan({ link: 'cf0', vlanId: 15, untagged: true });
      const { changed, value } = await driver.ensureBridgeVlan(range);
      assert.equal(changed, true);
      assert.deepEqual(value, { ...range, bridge: 'cfbr0', pvid: false, untagged: false });
      assert.equal((await driver.ensureBridgeVlan({ ...range, vlanId: 12 })).changed, false);
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 10 20']);
      assert.equal((await driver.ensureBridgeVlan({ ...range, lastVlanId: 21 })).changed, true);
      await driver.ensureBridgeVlan({ link: 'cf0', vlanId: 13, untagged: true });
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 10 12', 'cf0 cfbr0 13 untagged', 'cf0 cfbr0 14 21']);
      assert.equal(await driver.deleteBridgeVlan({ ...range, vlanId: 12, lastVlanId: 4094 }), true);
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 10 11']);
    },
  },
  {
    name: 'deleteBridgeVlan takes a port out of a VLAN; of what is not there it is no error and answers false',
    needs,
    async run({ driver, told }) {
      await bridgeWithPorts(driver);
      for (const link of ['cf0', 'cf1']) await driver.ensureBridgeVlan({ link, vlanId: 7 });
      assert.equal(await driver.deleteBridgeVlan({ link: 'cf0', vlanId: 7 }), true);
      assert.deepEqual(told.at(-1)?.operation, {
        do: 'delete-bridge-vlan',
        spec: { link: 'cf0', vlanId: 7 },
      });
      assert.deepEqual(await shown(driver), ['cf1 cfbr0 7']);
      const count = told.length;
      assert.equal(await driver.deleteBridgeVlan({ link: 'cf0', vlanId: 7 }), false);
      assert.equal(await driver.deleteBridgeVlan({ link: 'cf1', vlanId: 6 }), false);
      assert.equal(await driver.deleteBridgeVlan({ link: 'cfbr0', self: true, vlanId: 7 }), false);
      assert.equal(told.length, count);
    },
  },
  {
    name: 'a bridge itself is in VLANs of its own',
    needs,
    async run({ driver }) {
      await bridgeWithPorts(driver);
      const own = { link: 'cfbr0', self: true, vlanId: 7 };
      assert.equal((await driver.ensureBridgeVlan({ ...own, pvid: true })).changed, true);
      assert.equal((await driver.ensureBridgeVlan({ ...own, pvid: true })).changed, false);
      await driver.ensureBridgeVlan({ link: 'cf0', vlanId: 8 });
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 8', 'cfbr0 cfbr0 7 pvid']);
      assert.deepEqual(await shown(driver, { link: 'cfbr0' }), ['cfbr0 cfbr0 7 pvid']);
      assert.equal(await driver.deleteBridgeVlan(own), true);
      assert.deepEqual(await shown(driver), ['cf0 cfbr0 8']);
    },
  },
  {
    name: 'a port that leaves its bridge leaves its VLANs',
    needs,
    async run({ driver }) {
      await bridgeWithPorts(driver);
      await driver.ensureBridgeVlan({ link: 'cf0', vlanId: 7 });
      await driver.updateLink('cf0', { master: null });
      assert.deepEqual(await shown(driver), []);
      await driver.updateLink('cf0', { master: 'cfbr0' });
      assert.deepEqual(
        (await shown(driver)).filter((line) => line.includes(' 7')),
        [],
      );
    },
  },
  {
    name: 'VLANs are refused for a link that is no port and, of itself, no bridge',
    needs,
    async run({ driver }) {
      await bridgeWithPorts(driver);
      await driver.createLink(plainLink(driver, 'cf2'));
      await rejection(driver.ensureBridgeVlan({ link: 'cf2', vlanId: 7 }), 'UNSUPPORTED');
      await rejection(driver.ensureBridgeVlan({ link: 'cfbr0', vlanId: 7 }), 'UNSUPPORTED');
      await rejection(driver.ensureBridgeVlan({ link: 'cf0', self: true, vlanId: 7 }), 'UNSUPPORTED');
      await rejection(driver.ensureBridgeVlan({ link: 'cf-none', vlanId: 7 }), 'DEVICE_NOT_FOUND');
      await rejection(driver.listBridgeVlans({ bridge: 'cf-none' }), 'DEVICE_NOT_FOUND');
      assert.deepEqual(await shown(driver), []);
    },
  },
  {
    name: 'a batch puts ports into VLANs, and one that fails leaves them as they were',
    needs,
    async run({ driver }) {
      await bridgeWithPorts(driver);
      await driver.batch([
        { do: 'add-bridge-vlan', spec: { link: 'cf0', vlanId: 7, pvid: true, untagged: true } },
        { do: 'add-bridge-vlan', spec: { link: 'cf0', vlanId: 10, lastVlanId: 20 } },
        { do: 'add-bridge-vlan', spec: { link: 'cfbr0', self: true, vlanId: 7 } },
      ]);
      const before = await shown(driver);
      assert.deepEqual(before, ['cf0 cfbr0 10 20', 'cf0 cfbr0 7 pvid untagged', 'cfbr0 cfbr0 7']);
      await assert.rejects(
        driver.batch([
          { do: 'add-bridge-vlan', spec: { link: 'cf0', vlanId: 12, pvid: true } },
          { do: 'delete-bridge-vlan', spec: { link: 'cf0', vlanId: 7, lastVlanId: 11 } },
          { do: 'add-bridge-vlan', spec: { link: 'cf0', vlanId: 14, lastVlanId: 30, untagged: true } },
          { do: 'delete-bridge-vlan', spec: { link: 'cfbr0', self: true, vlanId: 7 } },
          { do: 'add-bridge-vlan', spec: { link: 'cf-none', vlanId: 7 } },
        ]),
      );
      assert.deepEqual(await shown(driver), before);
    },
  },
];
