import assert from 'node:assert/strict';
import type { AddressFilter, NetDevDriver } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink, setRoutes, snapshot } from './fixtures.js';

async function cidrs(driver: NetDevDriver, filter: AddressFilter): Promise<string[]> {
  return (await driver.listAddresses(filter))
    .map(({ cidr }): string => cidr)
    .filter((cidr) => !cidr.startsWith('fe80:'));
}

async function onlyAddress(driver: NetDevDriver, link: string) {
  const [address, ...others] = await driver.listAddresses({ link, family: 'ipv4' });
  assert.ok(address, `${link} has an address`);
  assert.deepEqual(others, []);
  return address;
}

export const addresses: NetDevDemand[] = [
  {
    name: 'ensureAddress gives a link an address and says so; done again it writes nothing and says so',
    async run({ driver, told }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      for (const cidr of ['192.0.2.10/24', '2001:db8::10/64']) {
        const spec = { link: 'cf0', cidr, skipDuplicateDetection: true };
        const first = await driver.ensureAddress(spec);
        assert.deepEqual([first.changed, first.value.cidr, first.value.link], [true, cidr, 'cf0']);
        const count = told.length;
        const again = await driver.ensureAddress(spec);
        assert.deepEqual([again.changed, again.value.cidr, told.length], [false, cidr, count]);
      }
      assert.deepEqual((await cidrs(driver, { link: 'cf0' })).sort(), ['192.0.2.10/24', '2001:db8::10/64']);
    },
  },
  {
    name: 'an address is shown with its scope, as one that stays, and without lifetimes',
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      const { scope, dynamic, secondary, validLifetime } = await onlyAddress(driver, 'cf0');
      assert.deepEqual([scope, dynamic, secondary, validLifetime], ['global', false, false, undefined]);
    },
  },
  {
    name: "the broadcast address that is left out is the network's last address",
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/26');
      assert.equal((await onlyAddress(driver, 'cf0')).broadcast, '192.0.2.63');
    },
  },
  {
    name: 'networks of one and two addresses have no broadcast address',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      for (const cidr of ['192.0.2.1/32', '192.0.2.4/31']) await driver.ensureAddress({ link: 'cf0', cidr });
      const listed = await driver.listAddresses({ link: 'cf0', family: 'ipv4' });
      assert.deepEqual(
        listed.map(({ broadcast }) => broadcast),
        [undefined, undefined],
      );
    },
  },
  {
    name: 'broadcast null gives no broadcast address, and done again is no change',
    needs: ['address-properties'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec = { link: 'cf0', cidr: '192.0.2.10/24', broadcast: null };
      await driver.ensureAddress(spec);
      assert.equal((await onlyAddress(driver, 'cf0')).broadcast, undefined);
      assert.equal((await driver.ensureAddress(spec)).changed, false);
    },
  },
  {
    name: 'a broadcast address that is given is kept',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec = { link: 'cf0', cidr: '192.0.2.10/24', broadcast: '192.0.2.127' };
      assert.equal((await driver.ensureAddress(spec)).value.broadcast, '192.0.2.127');
      assert.equal((await onlyAddress(driver, 'cf0')).broadcast, '192.0.2.127');
      assert.equal((await driver.ensureAddress({ link: 'cf0', cidr: spec.cidr })).changed, false);
    },
  },
  {
    name: 'a broadcast address and a label that are given are kept',
    needs: ['address-properties'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec = { link: 'cf0', cidr: '192.0.2.10/24', broadcast: '192.0.2.127', label: 'cf0:web' };
      await driver.ensureAddress(spec);
      const { broadcast, label } = await onlyAddress(driver, 'cf0');
      assert.deepEqual([broadcast, label], ['192.0.2.127', 'cf0:web']);
      assert.equal((await driver.ensureAddress({ link: 'cf0', cidr: spec.cidr })).changed, false);
    },
  },
  {
    name: 'an address with one at the far end is shown with it, brings a route to it, and is found without it',
    needs: ['peer-addresses'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec = { link: 'cf0', cidr: '192.0.2.10/32', peer: '198.51.100.1' };
      const { value } = await driver.ensureAddress(spec);
      assert.deepEqual(
        [value.cidr, value.peer, value.broadcast],
        ['192.0.2.10/32', '198.51.100.1', undefined],
      );
      const routes = await driver.listRoutes({ link: 'cf0', family: 'ipv4' });
      assert.deepEqual(
        routes.map(({ destination, source }) => [destination, source]),
        [['198.51.100.1/32', '192.0.2.10']],
      );
      assert.equal((await driver.ensureAddress(spec)).changed, false);
      assert.equal((await driver.ensureAddress({ link: 'cf0', cidr: spec.cidr })).changed, false);
      const other = await driver.ensureAddress({ ...spec, peer: '198.51.100.2' });
      assert.deepEqual([other.changed, other.value.peer], [true, '198.51.100.2']);
      assert.equal(await driver.deleteAddress('cf0', spec.cidr), true);
      assert.deepEqual(await cidrs(driver, { link: 'cf0', family: 'ipv4' }), []);
    },
  },
  {
    name: 'an address that is to make no route to its network makes none, and says so',
    needs: ['no-prefix-route'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec = { link: 'cf0', cidr: '192.0.2.10/24', noPrefixRoute: true };
      assert.equal((await driver.ensureAddress(spec)).value.noPrefixRoute, true);
      assert.deepEqual(await driver.listRoutes({ link: 'cf0', family: 'ipv4' }), []);
      assert.equal((await driver.ensureAddress(spec)).changed, false);
    },
  },
  {
    name: 'addresses are listed in order, a primary before its secondaries',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const given = ['192.0.2.10/24', '192.0.2.11/24', '198.51.100.1/24', '192.0.2.9/24', '198.51.100.2/24'];
      for (const cidr of given) await driver.ensureAddress({ link: 'cf0', cidr });
      const listed = await driver.listAddresses({ link: 'cf0', family: 'ipv4' });
      const ofNetwork = (start: string) =>
        listed.filter(({ cidr }) => cidr.startsWith(start)).map(({ cidr, secondary }) => [cidr, secondary]);
      assert.deepEqual(ofNetwork('192.0.2.'), [
        ['192.0.2.10/24', false],
        ['192.0.2.11/24', true],
        ['192.0.2.9/24', true],
      ]);
      assert.deepEqual(ofNetwork('198.51.100.'), [
        ['198.51.100.1/24', false],
        ['198.51.100.2/24', true],
      ]);
    },
  },
  {
    name: 'an address that is there with other properties gets those asked for, and no other address is lost',
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.11/24' });
      await driver.ensureRoute({ destination: '203.0.113.0/24', via: '192.0.2.1' });
      const before = await setRoutes(driver);
      const { changed, value } = await driver.ensureAddress({
        link: 'cf0',
        cidr: '192.0.2.10/24',
        broadcast: '192.0.2.127',
      });
      assert.deepEqual([changed, value.broadcast], [true, '192.0.2.127']);
      assert.deepEqual(await cidrs(driver, { link: 'cf0', family: 'ipv4' }), [
        '192.0.2.10/24',
        '192.0.2.11/24',
      ]);
      assert.deepEqual(await setRoutes(driver), before);
    },
  },
  {
    name: 'an IPv6 address that is there gets a peer or loses the route to its network, and keeps the rest',
    needs: ['peer-addresses', 'no-prefix-route'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec = { link: 'cf0', cidr: '2001:db8::10/64', skipDuplicateDetection: true };
      await driver.ensureAddress(spec);
      assert.equal((await driver.ensureAddress({ ...spec, noPrefixRoute: true })).changed, true);
      assert.equal((await driver.ensureAddress({ ...spec, noPrefixRoute: true })).changed, false);
      const { changed, value } = await driver.ensureAddress({ ...spec, peer: '2001:db8::99' });
      assert.deepEqual([changed, value.peer, value.noPrefixRoute], [true, '2001:db8::99', true]);
      await driver.ensureAddress({ ...spec, validLifetime: 3600 });
      const [kept] = (await driver.listAddresses({ link: 'cf0' })).filter(({ cidr }) => cidr === spec.cidr);
      assert.deepEqual([kept?.peer, kept?.noPrefixRoute, kept?.dynamic], ['2001:db8::99', true, true]);
    },
  },
  {
    name: 'an address with a lifetime is one that does not stay, and can be made to',
    needs: ['address-properties'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec = { link: 'cf0', cidr: '192.0.2.10/24' };
      await driver.ensureAddress({ ...spec, validLifetime: 3600, preferredLifetime: 1800 });
      const timed = await onlyAddress(driver, 'cf0');
      assert.equal(timed.dynamic, true);
      assert.ok(
        timed.validLifetime !== undefined && timed.validLifetime <= 3600 && timed.validLifetime > 3500,
      );
      assert.ok(
        timed.preferredLifetime !== undefined && timed.preferredLifetime <= 1800,
        'preferred lifetime',
      );
      assert.equal((await driver.ensureAddress(spec)).changed, true);
      const staying = await onlyAddress(driver, 'cf0');
      assert.deepEqual([staying.dynamic, staying.validLifetime], [false, undefined]);
    },
  },
  {
    name: 'an IPv6 address without duplicate detection is usable at once',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec = { link: 'cf0', cidr: '2001:db8::10/64', skipDuplicateDetection: true };
      const { value } = await driver.ensureAddress(spec);
      assert.deepEqual([value.tentative, value.broadcast, value.secondary], [false, undefined, false]);
    },
  },
  {
    name: 'listAddresses is narrowed by link and by family',
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await linkWithAddress(driver, 'cf1', '198.51.100.10/24');
      await driver.ensureAddress({ link: 'cf1', cidr: '2001:db8::1/64' });
      assert.deepEqual(await cidrs(driver, { link: 'cf0' }), ['192.0.2.10/24']);
      assert.deepEqual(await cidrs(driver, { family: 'ipv6' }), ['2001:db8::1/64']);
      assert.deepEqual(await cidrs(driver, { link: 'cf1', family: 'ipv4' }), ['198.51.100.10/24']);
      await rejection(driver.listAddresses({ link: 'cf-none' }), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'ensureAddress and deleteAddress reject with DeviceNotFoundError for a missing link',
    async run({ driver }) {
      await rejection(driver.ensureAddress({ link: 'cf-none', cidr: '192.0.2.1/24' }), 'DEVICE_NOT_FOUND');
      await rejection(driver.deleteAddress('cf-none', '192.0.2.1/24'), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'deleteAddress takes away this address only, and answers whether the link had it',
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.ensureAddress({ link: 'cf0', cidr: '198.51.100.1/24' });
      await driver.ensureAddress({ link: 'cf0', cidr: '2001:db8::1/64' });
      const before = await snapshot(driver);
      for (const cidr of ['192.0.2.10/25', '192.0.2.11/24', '2001:db8::2/64']) {
        assert.equal(await driver.deleteAddress('cf0', cidr), false, cidr);
      }
      assert.deepEqual(await snapshot(driver), before);
      assert.equal(await driver.deleteAddress('cf0', '192.0.2.10/24'), true);
      assert.equal(await driver.deleteAddress('cf0', '2001:db8::1/64'), true);
      assert.equal(await driver.deleteAddress('cf0', '192.0.2.10/24'), false);
      assert.deepEqual(await cidrs(driver, { link: 'cf0' }), ['198.51.100.1/24']);
    },
  },
];
