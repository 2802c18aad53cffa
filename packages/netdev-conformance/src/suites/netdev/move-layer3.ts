import assert from 'node:assert/strict';
import type { NetDevDriver } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink, setRoutes, snapshot, where } from './fixtures.js';

/** An uplink with all that has to survive, and a link to move it to. */
async function uplink(driver: NetDevDriver): Promise<void> {
  await linkWithAddress(driver, 'cfup', '192.0.2.10/24');
  const given = <Fields extends object>(fields: Fields) => where(driver, 'address-properties', fields);
  await driver.ensureAddress({ link: 'cfup', cidr: '192.0.2.11/24', ...given({ broadcast: null }) });
  await driver.ensureAddress({ link: 'cfup', cidr: '198.51.100.5/25', ...given({ label: 'web' }) });
  await driver.ensureAddress({ link: 'cfup', cidr: '192.0.2.12/24', ...given({ label: 'cfup:1' }) });
  await driver.ensureAddress({ link: 'cfup', cidr: '2001:db8::5/64', skipDuplicateDetection: true });
  const source = where(driver, 'route-properties', { source: '192.0.2.10' });
  await driver.ensureRoute({ destination: 'default', via: '192.0.2.1', ...source });
  await driver.ensureRoute({ destination: '203.0.113.0/24', via: '198.51.100.1' });
  await driver.ensureRoute({ destination: '203.0.113.128/25', link: 'cfup' });
  await driver.ensureRoute({ destination: 'default', via: '2001:db8::1', link: 'cfup' });
  await driver.createLink(plainLink(driver, 'cfto', { up: true }));
}

async function ipv4Of(driver: NetDevDriver, link: string) {
  const listed = await driver.listAddresses({ link, family: 'ipv4' });
  return listed.map(({ cidr, broadcast, secondary, scope }) => [cidr, broadcast, secondary, scope]);
}

export const movingLayer3: NetDevDemand[] = [
  {
    name: 'moveLayer3 moves all addresses in their order, with broadcast and label',
    async run({ driver }) {
      await uplink(driver);
      const before = await ipv4Of(driver, 'cfup');
      assert.equal((await driver.moveLayer3('cfup', 'cfto')).changed, true);
      assert.deepEqual(await ipv4Of(driver, 'cfto'), before);
      assert.deepEqual(await ipv4Of(driver, 'cfup'), []);
      const global6 = async (link: string) =>
        (await driver.listAddresses({ link, family: 'ipv6' }))
          .map(({ cidr }): string => cidr)
          .filter((cidr) => !cidr.startsWith('fe80:'));
      assert.deepEqual([await global6('cfto'), await global6('cfup')], [['2001:db8::5/64'], []]);
      const labels = (await driver.listAddresses({ link: 'cfto', family: 'ipv4' })).map(({ label }) => label);
      if (driver.capabilities.has('address-properties'))
        assert.ok(labels.includes('web'), 'a label of its own is kept');
      assert.ok(!labels.some((label) => label?.startsWith('cfup')), 'no label names the old link');
    },
  },
  {
    name: 'moveLayer3 moves the routes that use the link, the default route among them',
    async run({ driver }) {
      await uplink(driver);
      const shown = async () =>
        (await setRoutes(driver, { table: 'all' }))
          .map(({ link: _, ...route }) => JSON.stringify(route, Object.keys(route).sort()))
          .sort();
      const before = await shown();
      await driver.moveLayer3('cfup', 'cfto');
      assert.deepEqual(await shown(), before);
      assert.ok((await setRoutes(driver)).every(({ link }) => link === 'cfto'));
      const defaults = (await setRoutes(driver)).filter(({ destination }) => destination.endsWith('/0'));
      assert.deepEqual(defaults.map(({ via }) => via).sort(), ['192.0.2.1', '2001:db8::1']);
    },
  },
  {
    name: 'moveLayer3 keeps metrics',
    needs: ['metrics'],
    async run({ driver }) {
      await uplink(driver);
      await driver.ensureRoute({ destination: 'default', via: '198.51.100.1', metric: 500 });
      await driver.moveLayer3('cfup', 'cfto');
      const routes = await setRoutes(driver, { family: 'ipv4', link: 'cfto' });
      const metrics = routes
        .filter(({ destination }) => destination === '0.0.0.0/0')
        .map(({ metric }) => metric);
      assert.deepEqual(metrics.sort(), [0, 500]);
    },
  },
  {
    name: 'moveLayer3 lists what moved, and done again moves nothing and says so',
    async run({ driver }) {
      await uplink(driver);
      const { value } = await driver.moveLayer3('cfup', 'cfto');
      assert.deepEqual(
        value.addresses.map(({ cidr }): string => cidr).filter((cidr) => cidr.startsWith('192.0.2.')),
        ['192.0.2.10/24', '192.0.2.11/24', '192.0.2.12/24'],
      );
      assert.ok(
        value.routes.some(({ destination, via }) => destination === '0.0.0.0/0' && via === '192.0.2.1'),
      );
      const before = await snapshot(driver);
      const again = await driver.moveLayer3('cfup', 'cfto');
      assert.deepEqual([again.changed, again.value.addresses, again.value.routes], [false, [], []]);
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'moveLayer3 leaves the addresses and routes of other links alone',
    async run({ driver }) {
      await uplink(driver);
      await linkWithAddress(driver, 'cf9', '172.16.9.1/24');
      await driver.ensureRoute({ destination: '172.16.10.0/24', via: '172.16.9.2' });
      await driver.moveLayer3('cfup', 'cfto');
      assert.deepEqual(await ipv4Of(driver, 'cf9'), [['172.16.9.1/24', '172.16.9.255', false, 'global']]);
      const [route] = await setRoutes(driver, { link: 'cf9', family: 'ipv4' });
      assert.deepEqual([route?.destination, route?.via], ['172.16.10.0/24', '172.16.9.2']);
    },
  },
  {
    name: 'moveLayer3 that fails, because the other link is missing or down, puts back what was moved',
    async run({ driver }) {
      await uplink(driver);
      await driver.updateLink('cfto', { up: false });
      const before = await snapshot(driver);
      await rejection(driver.moveLayer3('cfup', 'cf-none'), 'DEVICE_NOT_FOUND');
      assert.deepEqual(await snapshot(driver), before);
      await assert.rejects(driver.moveLayer3('cfup', 'cfto'));
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'moveLayer3 moves learned addresses with what is left of their lifetimes',
    needs: ['address-properties'],
    async run({ driver }) {
      await uplink(driver);
      const cidr = '172.16.5.9/24';
      await driver.ensureAddress({ link: 'cfup', cidr, validLifetime: 3600, preferredLifetime: 1800 });
      await driver.moveLayer3('cfup', 'cfto');
      const moved = (await driver.listAddresses({ link: 'cfto' })).find((address) => address.cidr === cidr);
      const { dynamic, validLifetime = 0, preferredLifetime = 0 } = moved ?? {};
      assert.equal(dynamic, true);
      assert.ok(validLifetime > 3500 && validLifetime <= 3600, `valid for ${validLifetime} seconds`);
      assert.ok(preferredLifetime > 1700 && preferredLifetime <= 1800, `preferred for ${preferredLifetime}`);
    },
  },
  {
    name: 'moveLayer3 leaves the IPv6 link-local address, which a link has for itself',
    async run({ driver }) {
      await uplink(driver);
      const spec = { link: 'cfup', cidr: 'fe80::7/64', scope: 'link', skipDuplicateDetection: true } as const;
      await driver.ensureAddress(spec);
      await driver.moveLayer3('cfup', 'cfto');
      const on = async (link: string) =>
        (await driver.listAddresses({ link })).map(({ cidr }): string => cidr);
      assert.ok((await on('cfup')).includes('fe80::7/64'), 'the old link has it');
      assert.ok(!(await on('cfto')).includes('fe80::7/64'), 'the other link has not');
    },
  },
];
