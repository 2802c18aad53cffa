import assert from 'node:assert/strict';
import type { NetDevDriver } from 'netdev-core';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, setRoutes, snapshot } from './fixtures.js';

const destination = '203.0.113.0/24';

async function twoWays(driver: NetDevDriver): Promise<void> {
  await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
  await linkWithAddress(driver, 'cf1', '198.51.100.10/24');
}

const nextHops = [
  { via: '192.0.2.1', weight: 2 },
  { via: '198.51.100.1', link: 'cf1' },
] as const;
const shown = [
  { via: '192.0.2.1', link: 'cf0', weight: 2, onLink: false },
  { via: '198.51.100.1', link: 'cf1', weight: 1, onLink: false },
];

export const multipath: NetDevDemand[] = [
  {
    name: 'a route has several ways out, each with its weight; done again it writes nothing and says so',
    needs: ['multipath'],
    async run({ driver, told }) {
      await twoWays(driver);
      const { changed, value } = await driver.ensureRoute({ destination, nextHops });
      assert.equal(changed, true);
      assert.deepEqual([value.nextHops, value.via, value.link], [shown, undefined, undefined]);
      const count = told.length;
      const again = await driver.ensureRoute({ destination, nextHops: [...nextHops].reverse() });
      assert.deepEqual([again.changed, told.length], [false, count]);
    },
  },
  {
    name: 'a route with several ways takes the place of one with one, and the other way round',
    needs: ['multipath'],
    async run({ driver }) {
      await twoWays(driver);
      const ways = async () => (await setRoutes(driver)).map((route) => route.nextHops ?? route.via);
      await driver.ensureRoute({ destination, via: '192.0.2.1' });
      assert.equal((await driver.ensureRoute({ destination, nextHops })).changed, true);
      assert.deepEqual(await ways(), [shown]);
      const heavier = [{ ...nextHops[0], weight: 3 }, nextHops[1]];
      assert.equal((await driver.ensureRoute({ destination, nextHops: heavier })).changed, true);
      assert.equal((await driver.ensureRoute({ destination, via: '192.0.2.1' })).changed, true);
      assert.deepEqual(await ways(), ['192.0.2.1']);
    },
  },
  {
    name: 'a route with several ways is listed for the link of each, and deleted by what is given of it',
    needs: ['multipath'],
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureRoute({ destination, nextHops });
      for (const link of ['cf0', 'cf1'])
        assert.deepEqual(
          (await setRoutes(driver, { link })).map((route) => route.nextHops),
          [shown],
        );
      assert.equal(await driver.deleteRoute({ destination, via: '192.0.2.1' }), false);
      const other = [nextHops[0], { via: '198.51.100.2' }];
      assert.equal(await driver.deleteRoute({ destination, nextHops: other }), false);
      assert.equal(await driver.deleteRoute({ destination, nextHops }), true);
      assert.deepEqual(await setRoutes(driver), []);
    },
  },
  {
    name: 'a batch that fails puts back a route with several ways that it replaced',
    needs: ['multipath'],
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureRoute({ destination, nextHops });
      const before = await snapshot(driver);
      await assert.rejects(
        driver.batch([
          { do: 'add-route', spec: { destination, via: '192.0.2.1' } },
          { do: 'add-route', spec: { destination, link: 'cf-none' } },
        ]),
      );
      assert.deepEqual(await snapshot(driver), before);
    },
  },
];
