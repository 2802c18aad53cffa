import assert from 'node:assert/strict';
import type { NetDevDriver } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink, setRoutes, snapshot } from './fixtures.js';

/** Two links, each with a network: gateways 192.0.2.1 and 198.51.100.1. */
async function twoWays(driver: NetDevDriver): Promise<void> {
  await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
  await linkWithAddress(driver, 'cf1', '198.51.100.10/24');
}

async function ways(driver: NetDevDriver, filter: Parameters<typeof setRoutes>[1] = {}) {
  return (await setRoutes(driver, { family: 'ipv4', ...filter })).map(
    ({ destination, via, link }) => [destination, via, link] as unknown,
  );
}

export const routes: NetDevDemand[] = [
  {
    name: 'ensureRoute by a gateway finds the link to it; done again it writes nothing and says so',
    async run({ driver, told }) {
      await twoWays(driver);
      const spec = { destination: '203.0.113.0/24', via: '198.51.100.1' };
      assert.equal((await driver.ensureRoute(spec)).changed, true);
      assert.deepEqual(await ways(driver), [['203.0.113.0/24', '198.51.100.1', 'cf1']]);
      const count = told.length;
      const { changed, value } = await driver.ensureRoute(spec);
      assert.deepEqual([changed, value.link, told.length], [false, 'cf1', count]);
    },
  },
  {
    name: 'a default route is the route to 0.0.0.0/0, or to ::/0 when its gateway is IPv6',
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureAddress({ link: 'cf0', cidr: '2001:db8::10/64', skipDuplicateDetection: true });
      await driver.ensureRoute({ destination: 'default', via: '192.0.2.1' });
      const { value } = await driver.ensureRoute({ destination: 'default', via: '2001:db8::1', link: 'cf0' });
      assert.equal(value.destination, '::/0');
      const found = (await setRoutes(driver)).map(({ destination, via }) => [destination, via]);
      assert.deepEqual(found.sort(), [
        ['0.0.0.0/0', '192.0.2.1'],
        ['::/0', '2001:db8::1'],
      ]);
    },
  },
  {
    name: 'a route by a link alone is one to a network that is right there',
    async run({ driver }) {
      await twoWays(driver);
      const { value } = await driver.ensureRoute({ destination: '203.0.113.0/24', link: 'cf0' });
      assert.deepEqual(
        [value.via, value.link, value.scope, value.kind],
        [undefined, 'cf0', 'link', 'unicast'],
      );
    },
  },
  {
    name: 'the same destination by another way is replaced in one step',
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureRoute({ destination: 'default', via: '192.0.2.1' });
      assert.equal((await driver.ensureRoute({ destination: 'default', via: '198.51.100.1' })).changed, true);
      assert.deepEqual(await ways(driver), [['0.0.0.0/0', '198.51.100.1', 'cf1']]);
    },
  },
  {
    name: 'routes to one destination with different metrics live side by side',
    needs: ['metrics'],
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureRoute({ destination: 'default', via: '192.0.2.1', metric: 100 });
      await driver.ensureRoute({ destination: 'default', via: '198.51.100.1', metric: 200 });
      const found = (await setRoutes(driver, { family: 'ipv4' })).map(({ via, metric }) => [via, metric]);
      assert.deepEqual(found.sort(), [
        ['192.0.2.1', 100],
        ['198.51.100.1', 200],
      ]);
      assert.equal(
        (await driver.ensureRoute({ destination: 'default', via: '192.0.2.1', metric: 100 })).changed,
        false,
      );
    },
  },
  {
    name: 'deleteRoute deletes the route that matches every field given, and no other',
    needs: ['metrics'],
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureRoute({ destination: 'default', via: '192.0.2.1', metric: 100 });
      await driver.ensureRoute({ destination: 'default', via: '198.51.100.1', metric: 200 });
      const before = await snapshot(driver);
      for (const other of [
        { via: '192.0.2.2' },
        { via: '192.0.2.1', metric: 200 },
        { link: 'cf1', metric: 100 },
      ]) {
        assert.equal(await driver.deleteRoute({ destination: 'default', ...other }), false);
      }
      assert.equal(await driver.deleteRoute({ destination: '203.0.113.0/24' }), false);
      assert.deepEqual(await snapshot(driver), before);
      assert.equal(await driver.deleteRoute({ destination: 'default', via: '198.51.100.1' }), true);
      assert.deepEqual(await ways(driver), [['0.0.0.0/0', '192.0.2.1', 'cf0']]);
      assert.equal(await driver.deleteRoute({ destination: 'default' }), true);
      assert.equal(await driver.deleteRoute({ destination: 'default' }), false);
      assert.deepEqual(await ways(driver), []);
    },
  },
  {
    name: 'a gateway outside every network is taken with a link and onLink only',
    needs: ['route-properties'],
    async run({ driver }) {
      await twoWays(driver);
      const spec = { destination: '203.0.113.0/24', via: '100.64.0.1', link: 'cf0' };
      const before = await snapshot(driver);
      await assert.rejects(driver.ensureRoute(spec));
      assert.deepEqual(await snapshot(driver), before);
      const { value } = await driver.ensureRoute({ ...spec, onLink: true });
      assert.equal(value.onLink, true);
      assert.equal((await driver.ensureRoute({ ...spec, onLink: true })).changed, false);
    },
  },
  {
    name: 'a route has the source address, MTU and protocol that are given',
    needs: ['route-properties'],
    async run({ driver }) {
      await twoWays(driver);
      const given = { source: '192.0.2.10', mtu: 1300, protocol: 'dhcp' };
      await driver.ensureRoute({ destination: '203.0.113.0/24', via: '192.0.2.1', ...given });
      const [route] = await setRoutes(driver, { family: 'ipv4' });
      assert.deepEqual({ source: route?.source, mtu: route?.mtu, protocol: route?.protocol }, given);
    },
  },
  {
    name: 'a route that leads nowhere has the kind that is given, and no link',
    needs: ['route-kinds'],
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureRoute({ destination: '203.0.113.0/24', kind: 'blackhole' });
      const [route] = await setRoutes(driver, { family: 'ipv4' });
      assert.deepEqual([route?.kind, route?.link, route?.via], ['blackhole', undefined, undefined]);
      assert.equal(await driver.deleteRoute({ destination: '203.0.113.0/24', kind: 'unreachable' }), false);
      assert.equal(await driver.deleteRoute({ destination: '203.0.113.0/24', kind: 'blackhole' }), true);
    },
  },
  {
    name: 'listRoutes shows the main table unless told otherwise, and is narrowed by link and family',
    needs: ['routing-tables'],
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureRoute({ destination: '203.0.113.0/24', via: '192.0.2.1', table: 77 });
      await driver.ensureRoute({ destination: '203.0.113.0/25', via: '198.51.100.1' });
      const other = ['203.0.113.0/24', '192.0.2.1', 'cf0'];
      const main = ['203.0.113.0/25', '198.51.100.1', 'cf1'];
      assert.deepEqual(await ways(driver), [main]);
      assert.deepEqual(await ways(driver, { table: 77 }), [other]);
      const all = await ways(driver, { table: 'all' });
      assert.ok(
        [main, other].every((way) => all.some((each) => JSON.stringify(each) === JSON.stringify(way))),
      );
      assert.deepEqual(await ways(driver, { link: 'cf0' }), []);
      assert.deepEqual(await setRoutes(driver, { family: 'ipv6', link: 'cf1' }), []);
      assert.equal(await driver.deleteRoute({ destination: '203.0.113.0/24' }), false);
      assert.equal(await driver.deleteRoute({ destination: '203.0.113.0/24', table: 77 }), true);
    },
  },
  {
    name: 'listRoutes is narrowed by link and family',
    async run({ driver }) {
      await twoWays(driver);
      await driver.ensureRoute({ destination: '203.0.113.0/25', via: '198.51.100.1' });
      const route = ['203.0.113.0/25', '198.51.100.1', 'cf1'];
      assert.deepEqual(await ways(driver, { table: 'all' }), [route]);
      assert.deepEqual(await ways(driver, { link: 'cf1' }), [route]);
      assert.deepEqual(await ways(driver, { link: 'cf0' }), []);
      assert.deepEqual(await setRoutes(driver, { family: 'ipv6', link: 'cf1' }), []);
      await rejection(driver.listRoutes({ link: 'cf-none' }), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'ensureRoute by a missing link rejects with DeviceNotFoundError',
    async run({ driver }) {
      await rejection(
        driver.ensureRoute({ destination: '203.0.113.0/24', link: 'cf-none' }),
        'DEVICE_NOT_FOUND',
      );
    },
  },
  {
    name: 'ensureRoute to a gateway that no network holds rejects, and changes nothing',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const before = await snapshot(driver);
      await assert.rejects(driver.ensureRoute({ destination: 'default', via: '192.0.2.1' }));
      assert.deepEqual(await snapshot(driver), before);
    },
  },
];
