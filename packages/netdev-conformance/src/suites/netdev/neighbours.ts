import assert from 'node:assert/strict';
import type { Neighbour, NetDevDriver } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress } from './fixtures.js';

const mac = '02:00:5e:10:00:0f';

/** Those that were set; a platform has others for the groups that it speaks to by itself. */
async function setOn(
  driver: NetDevDriver,
  link: string,
  family: 'ipv4' | 'ipv6' = 'ipv4',
): Promise<Neighbour[]> {
  return (await driver.listNeighbours({ link, family })).filter(({ state }) => state === 'permanent');
}

export const neighbours: NetDevDemand[] = [
  {
    name: 'listNeighbours shows none on a link that nobody spoke on, and is narrowed by link',
    needs: ['neighbours'],
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      assert.deepEqual(await driver.listNeighbours({ link: 'cf0', family: 'ipv4' }), []);
      await rejection(driver.listNeighbours({ link: 'cf-none' }), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'ensureNeighbour sets a neighbour of either family to stay; done again it writes nothing',
    needs: ['neighbours'],
    async run({ driver, told }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      // On some platforms a neighbour is on a link of whose network it is.
      await driver.ensureAddress({ link: 'cf0', cidr: '2001:db8::10/64', skipDuplicateDetection: true });
      for (const [address, family] of [['192.0.2.9', 'ipv4'] as const, ['2001:db8::9', 'ipv6'] as const]) {
        const spec = { link: 'cf0', address, mac };
        const { changed, value } = await driver.ensureNeighbour(spec);
        assert.equal(changed, true);
        assert.deepEqual(value, { ...spec, state: 'permanent', router: false });
        assert.deepEqual(told.at(-1)?.operation, { do: 'add-neighbour', spec });
        assert.deepEqual(await setOn(driver, 'cf0', family), [value]);
        const count = told.length;
        assert.equal((await driver.ensureNeighbour(spec)).changed, false);
        assert.equal(told.length, count);
      }
    },
  },
  {
    name: 'ensureNeighbour gives a neighbour another MAC address in place of the one it had',
    needs: ['neighbours'],
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.ensureNeighbour({ link: 'cf0', address: '192.0.2.9', mac });
      const other = { link: 'cf0', address: '192.0.2.9', mac: '02:00:5e:10:00:0e' };
      assert.equal((await driver.ensureNeighbour(other)).changed, true);
      const found = await setOn(driver, 'cf0');
      assert.deepEqual(
        found.map((neighbour) => neighbour.mac),
        [other.mac],
      );
    },
  },
  {
    name: 'deleteNeighbour forgets one neighbour; of what is not there it is no error and answers false',
    needs: ['neighbours'],
    async run({ driver, told }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      for (const address of ['192.0.2.8', '192.0.2.9'])
        await driver.ensureNeighbour({ link: 'cf0', address, mac });
      assert.equal(await driver.deleteNeighbour('cf0', '192.0.2.9'), true);
      const left = await setOn(driver, 'cf0');
      assert.deepEqual(
        left.map(({ address }) => address),
        ['192.0.2.8'],
      );
      const count = told.length;
      assert.equal(await driver.deleteNeighbour('cf0', '192.0.2.9'), false);
      assert.equal(told.length, count);
      await rejection(driver.deleteNeighbour('cf-none', '192.0.2.9'), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'a batch that fails leaves neighbours as they were',
    needs: ['neighbours'],
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.ensureNeighbour({ link: 'cf0', address: '192.0.2.8', mac });
      const before = await setOn(driver, 'cf0');
      const spec = { link: 'cf0', address: '192.0.2.9', mac };
      await assert.rejects(
        driver.batch([
          { do: 'add-neighbour', spec },
          { do: 'delete-neighbour', link: 'cf0', address: '192.0.2.8' },
          { do: 'add-neighbour', spec: { ...spec, link: 'cf-none' } },
        ]),
      );
      assert.deepEqual(await setOn(driver, 'cf0'), before);
    },
  },
];
