import assert from 'node:assert/strict';
import type { VirtualFunctionChanges } from 'netdev-core';
import { refusal, rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { plainLink } from './fixtures.js';

const all: VirtualFunctionChanges = {
  mac: '02:00:5e:10:00:0a',
  vlanId: 100,
  trust: true,
  spoofCheck: true,
  linkState: 'enable',
};

export const virtualFunctions: NetDevDemand[] = [
  {
    name: 'listVirtualFunctions shows none of a link that is no card, and rejects for a missing one',
    needs: ['sriov'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      assert.deepEqual(await driver.listVirtualFunctions('cf0'), []);
      await rejection(driver.listVirtualFunctions('cf-none'), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'updateVirtualFunction gives one what is asked for, tells the observer, and leaves the others alone',
    needs: ['sriov'],
    uses: 'addCard',
    async run({ driver, told, addCard }) {
      const { parent } = await addCard();
      const [first, , ...more] = await driver.listVirtualFunctions(parent);
      told.length = 0;
      const { changed, value } = await driver.updateVirtualFunction(parent, 1, all);
      assert.equal(changed, true);
      assert.deepEqual(value, { index: 1, ...all });
      assert.deepEqual(await driver.listVirtualFunctions(parent), [first, value, ...more]);
      assert.deepEqual(
        told.map(({ operation }) => operation),
        [{ do: 'update-virtual-function', parent, index: 1, changes: all }],
      );
    },
  },
  {
    name: 'updateVirtualFunction keeps what is left out, and can take everything back',
    needs: ['sriov'],
    uses: 'addCard',
    async run({ driver, addCard }) {
      const { parent } = await addCard();
      await driver.updateVirtualFunction(parent, 0, all);
      const { value } = await driver.updateVirtualFunction(parent, 0, { vlanId: 0, linkState: 'disable' });
      assert.deepEqual(value, { index: 0, ...all, vlanId: 0, linkState: 'disable' });
      const none = {
        mac: '00:00:00:00:00:00',
        vlanId: 0,
        trust: false,
        spoofCheck: false,
        linkState: 'auto',
      } as const;
      assert.deepEqual((await driver.updateVirtualFunction(parent, 0, none)).value, { index: 0, ...none });
    },
  },
  {
    name: 'updateVirtualFunction writes only what differs, and nothing when nothing does',
    needs: ['sriov'],
    uses: 'addCard',
    async run({ driver, told, addCard }) {
      const { parent } = await addCard();
      await driver.updateVirtualFunction(parent, 0, all);
      told.length = 0;
      assert.equal((await driver.updateVirtualFunction(parent, 0, all)).changed, false);
      assert.deepEqual(told, []);
      await driver.updateVirtualFunction(parent, 0, { ...all, vlanId: 7 });
      assert.deepEqual(
        told.map(({ operation }) => operation),
        [{ do: 'update-virtual-function', parent, index: 0, changes: { vlanId: 7 } }],
      );
    },
  },
  {
    name: 'updateVirtualFunction of a missing card or number rejects with DeviceNotFoundError',
    needs: ['sriov'],
    uses: 'addCard',
    async run({ driver, told, addCard }) {
      const { parent } = await addCard();
      const { length: count } = await driver.listVirtualFunctions(parent);
      told.length = 0;
      await rejection(driver.updateVirtualFunction('cf-none', 0, all), 'DEVICE_NOT_FOUND');
      await rejection(driver.updateVirtualFunction(parent, count, all), 'DEVICE_NOT_FOUND');
      assert.deepEqual(told, []);
    },
  },
  {
    name: 'a batch that fails gives a virtual function its former settings back',
    needs: ['sriov'],
    uses: 'addCard',
    async run({ driver, addCard }) {
      const { parent } = await addCard();
      await driver.updateVirtualFunction(parent, 0, { vlanId: 7, trust: true });
      const before = await driver.listVirtualFunctions(parent);
      await rejection(
        driver.batch([
          { do: 'update-virtual-function', parent, index: 0, changes: all },
          { do: 'add-address', spec: { link: 'cf-none', cidr: '192.0.2.99/24' } },
        ]),
        'DEVICE_NOT_FOUND',
      );
      assert.deepEqual(await driver.listVirtualFunctions(parent), before);
    },
  },
  {
    name: 'findVirtualFunction finds each by its place on the bus: its card, its number, its own link',
    needs: ['sriov'],
    uses: 'addCard',
    async run({ driver, addCard }) {
      const { parent, pciAddresses = [] } = await addCard();
      for (const [index, pciAddress] of pciAddresses.entries()) {
        const found = await driver.findVirtualFunction(pciAddress.toUpperCase());
        assert.deepEqual([found.pciAddress, found.parent, found.index], [pciAddress, parent, index]);
        if (found.link !== undefined) assert.equal(await driver.linkExists(found.link), true);
      }
    },
  },
  {
    name: 'findVirtualFunction where there is no device rejects with DeviceNotFoundError that names the place',
    needs: ['sriov'],
    async run({ driver }) {
      const error = await rejection(driver.findVirtualFunction('ffff:ff:1f.7'), 'DEVICE_NOT_FOUND');
      assert.match(error.message, /ffff:ff:1f\.7/);
    },
  },
  {
    name: 'findVirtualFunction and updateVirtualFunction refuse bad values, and name the field',
    needs: ['sriov'],
    async run({ driver, told }) {
      for (const place of [
        '',
        '../0000:04:10.1',
        '04:10.1',
        '0000:04:10.8',
        '0000:04:10.1\n',
        '0000:04:20.0',
      ])
        await refusal(driver.findVirtualFunction(place), 'pciAddress');
      for (const index of [-1, 65536, 1.5, '1'])
        await refusal(driver.updateVirtualFunction('cf0', index as number, all), 'index');
      const refused: [string, object][] = [
        ['mac', { mac: '01:00:5e:00:00:01' }],
        ['vlanId', { vlanId: 4095 }],
        ['trust', { trust: 1 }],
        ['spoofCheck', { spoofCheck: 'on' }],
        ['linkState', { linkState: 'up' }],
        ['vlan', { vlan: 1 }],
      ];
      for (const [field, changes] of refused)
        await refusal(driver.updateVirtualFunction('cf0', 0, changes as VirtualFunctionChanges), field);
      await refusal(driver.updateVirtualFunction('cf/0', 0, all), 'parent');
      assert.deepEqual(told, []);
    },
  },
];
