import assert from 'node:assert/strict';
import type { ForwardingEntryFilter, NetDevDriver } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { plainLink } from './fixtures.js';

const mac = '02:00:5e:10:00:0f';

async function bridgeWithPorts(driver: NetDevDriver): Promise<void> {
  await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
  for (const name of ['cf0', 'cf1']) await driver.createLink(plainLink(driver, name, { master: 'cfbr0' }));
}

/** What was set, as place and address. */
async function set(driver: NetDevDriver, filter: ForwardingEntryFilter = {}): Promise<string[]> {
  const entries = await driver.listForwardingEntries(filter);
  return entries
    .filter(({ origin }) => origin === 'static')
    .map((entry) => `${entry.mac} ${entry.link} ${entry.remote ?? entry.bridge}`)
    .sort();
}

export const forwardingEntries: NetDevDemand[] = [
  {
    name: 'ensureForwardingEntry sets behind which port of a bridge an address is; done again it writes nothing',
    needs: ['bridge', 'forwarding-database'],
    async run({ driver, told }) {
      await bridgeWithPorts(driver);
      const spec = { link: 'cf0', mac };
      const { changed, value } = await driver.ensureForwardingEntry(spec);
      assert.equal(changed, true);
      assert.deepEqual(value, { ...spec, origin: 'static', bridge: 'cfbr0' });
      assert.deepEqual(told.at(-1)?.operation, { do: 'add-forwarding-entry', spec });
      const count = told.length;
      assert.equal((await driver.ensureForwardingEntry(spec)).changed, false);
      assert.equal(told.length, count);
      for (const filter of [{}, { link: 'cf0' }, { bridge: 'cfbr0' }])
        assert.deepEqual(await set(driver, filter), [`${mac} cf0 cfbr0`]);
      assert.deepEqual(await set(driver, { link: 'cf1' }), []);
    },
  },
  {
    name: 'an address of a bridge is behind one port: setting it behind another moves it',
    needs: ['bridge', 'forwarding-database'],
    async run({ driver }) {
      await bridgeWithPorts(driver);
      await driver.ensureForwardingEntry({ link: 'cf0', mac });
      assert.equal((await driver.ensureForwardingEntry({ link: 'cf1', mac })).changed, true);
      assert.deepEqual(await set(driver), [`${mac} cf1 cfbr0`]);
    },
  },
  {
    name: 'deleteForwardingEntry deletes an entry; of what is not there it is no error and answers false',
    needs: ['bridge', 'forwarding-database'],
    async run({ driver, told }) {
      await bridgeWithPorts(driver);
      await driver.ensureForwardingEntry({ link: 'cf0', mac });
      assert.equal(await driver.deleteForwardingEntry({ link: 'cf1', mac }), false);
      assert.equal(await driver.deleteForwardingEntry({ link: 'cf0', mac }), true);
      assert.deepEqual(await set(driver), []);
      const count = told.length;
      assert.equal(await driver.deleteForwardingEntry({ link: 'cf0', mac }), false);
      assert.equal(told.length, count);
    },
  },
  {
    name: 'a port that leaves its bridge leaves its entries',
    needs: ['bridge', 'forwarding-database'],
    async run({ driver }) {
      await bridgeWithPorts(driver);
      await driver.ensureForwardingEntry({ link: 'cf0', mac });
      await driver.updateLink('cf0', { master: null });
      assert.deepEqual(await set(driver), []);
    },
  },
  {
    name: 'a link without such a database is refused: no port of a bridge, or with a remote no vxlan',
    needs: ['forwarding-database'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      await rejection(driver.ensureForwardingEntry({ link: 'cf0', mac }), 'UNSUPPORTED');
      const remote = { link: 'cf0', mac, remote: '192.0.2.9' };
      await rejection(driver.ensureForwardingEntry(remote), 'UNSUPPORTED');
      await rejection(driver.ensureForwardingEntry({ ...remote, link: 'cf-none' }), 'DEVICE_NOT_FOUND');
      assert.deepEqual(await set(driver), []);
    },
  },
  {
    name: 'a vxlan sends to one host for each address, and to several for all that are not listed',
    needs: ['vxlan', 'forwarding-database'],
    async run({ driver }) {
      await driver.createLink({ kind: 'vxlan', name: 'cfvx0', vni: 5 });
      const entry = { link: 'cfvx0', mac };
      await driver.ensureForwardingEntry({ ...entry, remote: '192.0.2.8' });
      const { value } = await driver.ensureForwardingEntry({ ...entry, remote: '192.0.2.9', port: 4789 });
      assert.deepEqual(value, { ...entry, origin: 'static', remote: '192.0.2.9' });
      const unlisted = { link: 'cfvx0', mac: '00:00:00:00:00:00' };
      for (const remote of ['192.0.2.8', '192.0.2.9']) {
        assert.equal((await driver.ensureForwardingEntry({ ...unlisted, remote })).changed, true);
        assert.equal((await driver.ensureForwardingEntry({ ...unlisted, remote })).changed, false);
      }
      assert.deepEqual(await set(driver), [
        '00:00:00:00:00:00 cfvx0 192.0.2.8',
        '00:00:00:00:00:00 cfvx0 192.0.2.9',
        `${mac} cfvx0 192.0.2.9`,
      ]);
      assert.equal(await driver.deleteForwardingEntry({ ...unlisted, remote: '192.0.2.8' }), true);
      assert.equal(await driver.deleteForwardingEntry({ ...unlisted, remote: '192.0.2.8' }), false);
      assert.deepEqual(await set(driver, { link: 'cfvx0' }), [
        '00:00:00:00:00:00 cfvx0 192.0.2.9',
        `${mac} cfvx0 192.0.2.9`,
      ]);
    },
  },
  {
    name: 'an entry of a vxlan has another port and network where they are others than its own',
    needs: ['vxlan', 'forwarding-database'],
    async run({ driver }) {
      await driver.createLink({ kind: 'vxlan', name: 'cfvx0', vni: 5 });
      const spec = { link: 'cfvx0', mac, remote: '192.0.2.8', port: 8472, vni: 7 };
      assert.deepEqual((await driver.ensureForwardingEntry(spec)).value, { ...spec, origin: 'static' });
      assert.equal((await driver.ensureForwardingEntry(spec)).changed, false);
      assert.equal(await driver.deleteForwardingEntry(spec), true);
    },
  },
  {
    name: 'a batch that fails leaves forwarding databases as they were',
    needs: ['bridge', 'forwarding-database'],
    async run({ driver }) {
      await bridgeWithPorts(driver);
      const other = '02:00:5e:10:00:0e';
      for (const each of [mac, other]) await driver.ensureForwardingEntry({ link: 'cf0', mac: each });
      const before = await set(driver);
      await assert.rejects(
        driver.batch([
          { do: 'add-forwarding-entry', spec: { link: 'cf1', mac } },
          { do: 'delete-forwarding-entry', spec: { link: 'cf0', mac: other } },
          { do: 'add-forwarding-entry', spec: { link: 'cf1', mac: '02:00:5e:10:00:0d' } },
          { do: 'add-forwarding-entry', spec: { link: 'cf-none', mac } },
        ]),
      );
      assert.deepEqual(await set(driver), before);
    },
  },
];
