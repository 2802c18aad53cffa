import { DeviceNotFoundError, type NetDevDriver, type NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ipAll, shownAddresses, shownRoutes, testNamespace } from './host.js';

const namespace = testNamespace('addresses');
const operations: NetDevOperation[] = [];
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation) => operations.push(operation),
  });
});
afterAll(() => driver.close());
beforeEach(async () => {
  await driver.deleteLink('a');
  ipAll(namespace, 'link add name a type veth peer name b\n link set dev a up\n link set dev b up');
  operations.length = 0;
});

describe('an address', () => {
  it('gets its broadcast address, and stays as it is', async () => {
    const { changed, value } = await driver.ensureAddress({ link: 'a', cidr: '192.0.2.10/24' });
    expect(changed).toBe(true);
    expect(value).toEqual({
      link: 'a',
      cidr: '192.0.2.10/24',
      scope: 'global',
      broadcast: '192.0.2.255',
      label: 'a',
      secondary: false,
      dynamic: false,
      tentative: false,
    });
    expect(shownAddresses(namespace, 'a')).toMatchObject([
      { local: '192.0.2.10', prefixlen: 24, broadcast: '192.0.2.255' },
    ]);
    expect((await driver.ensureAddress({ link: 'a', cidr: '192.0.2.10/24' })).changed).toBe(false);
    expect(operations.map((operation) => operation.do)).toEqual(['add-address']);
  });

  it.each([
    ['192.0.2.10/31', undefined],
    ['192.0.2.10/32', undefined],
    ['127.9.9.9/8', '127.255.255.255'],
  ])('%s has the broadcast address %s', async (cidr, broadcast) => {
    await driver.ensureAddress({ link: 'a', cidr });
    expect(shownAddresses(namespace, 'a')[0]?.broadcast).toBe(broadcast);
  });

  it('has what is asked for', async () => {
    await driver.ensureAddress({
      ...{ link: 'a', cidr: '192.0.2.10/24', scope: 'link', broadcast: null, label: 'a:x' },
      ...{ validLifetime: 3000, preferredLifetime: 2000 },
    });
    const [shown] = shownAddresses(namespace, 'a');
    expect(shown).toMatchObject({ scope: 'link', label: 'a:x', dynamic: true });
    expect(shown?.broadcast).toBeUndefined();
    expect(shown?.valid_life_time).toBeGreaterThan(2990);
    const [listed] = await driver.listAddresses({ link: 'a', family: 'ipv4' });
    expect(listed).toMatchObject({ scope: 'link', label: 'a:x', dynamic: true });
    expect(listed?.preferredLifetime).toBeLessThanOrEqual(2000);
    const forEver = await driver.ensureAddress({ link: 'a', cidr: '192.0.2.10/24' });
    expect(forEver).toMatchObject({ changed: true, value: { label: 'a:x', dynamic: false } });
  });

  it('of IPv6 is ready at once when asked so', async () => {
    const spec = { link: 'a', cidr: '2001:db8::1/64', skipDuplicateDetection: true } as const;
    const { value } = await driver.ensureAddress(spec);
    expect(value).toMatchObject({ cidr: '2001:db8::1/64', tentative: false, secondary: false });
    expect((await driver.ensureAddress(spec)).changed).toBe(false);
    expect((await driver.ensureAddress({ link: 'a', cidr: '2001:DB8:0:0::1/64' })).changed).toBe(false);
    await driver.ensureAddress({ link: 'a', cidr: '2001:db8::2/64' });
    const tentative = (await driver.listAddresses({ link: 'a' })).find(
      ({ cidr }) => cidr === '2001:db8::2/64',
    );
    expect(tentative?.tentative).toBe(true);
  });

  it('is taken as somebody else set it, with all that leans on it', async () => {
    ipAll(
      namespace,
      `address add 192.0.2.1/24 dev a
       address add 192.0.2.2/24 dev a
       route add default via 192.0.2.254 src 192.0.2.2
       route add 10.0.0.0/8 via 192.0.2.253`,
    );
    const before = [shownAddresses(namespace, 'a'), shownRoutes(namespace)];
    expect((await driver.ensureAddress({ link: 'a', cidr: '192.0.2.1/24' })).changed).toBe(false);
    expect([shownAddresses(namespace, 'a'), shownRoutes(namespace)]).toEqual(before);
  });

  it('is given another label without a secondary or a route being lost', async () => {
    ipAll(
      namespace,
      `address add 192.0.2.1/24 dev a
       address add 192.0.2.2/24 dev a
       address add 198.51.100.1/24 dev b
       route add default via 192.0.2.254 src 192.0.2.2 metric 5
       route add 10.0.0.0/8 proto static nexthop via 192.0.2.253 weight 2 nexthop via 192.0.2.252
       route add 10.1.0.0/16 via 198.51.100.9 src 192.0.2.1
       route add 10.2.0.0/16 dev a mtu 1300 advmss 1200 table 77
       -6 address add 2001:db8::1/64 dev a nodad
       -6 route add 2001:db8:9::/48 via 2001:db8::9`,
    );
    const routes = shownRoutes(namespace);
    expect(routes.length).toBeGreaterThan(6);
    const { changed, value } = await driver.ensureAddress({
      link: 'a',
      cidr: '192.0.2.1/24',
      label: 'a:new',
    });
    expect([changed, value.label]).toEqual([true, 'a:new']);
    expect(shownRoutes(namespace)).toEqual(routes);
    expect(
      shownAddresses(namespace, 'a').map(({ local, label, secondary }) => [local, label, secondary]),
    ).toEqual([
      ['192.0.2.1', 'a:new', undefined],
      ['192.0.2.2', 'a', true],
      ['2001:db8::1', undefined, undefined],
    ]);
    expect(operations.map((operation) => operation.do)).toEqual(['add-address']);
  });

  it('gets another one at the far end and no route, in place', async () => {
    const spec = { link: 'a', cidr: '198.51.100.1/24', label: 'a:x' };
    await driver.ensureAddress(spec);
    const far = await driver.ensureAddress({ link: 'a', cidr: spec.cidr, peer: '203.0.113.1' });
    expect(far).toMatchObject({ changed: true, value: { peer: '203.0.113.1', label: 'a:x' } });
    expect(shownRoutes(namespace).join('\n')).toContain('203.0.113.0/24');
    const bare = await driver.ensureAddress({ link: 'a', cidr: spec.cidr, noPrefixRoute: true });
    expect(bare).toMatchObject({ changed: true, value: { peer: '203.0.113.1', noPrefixRoute: true } });
    expect(shownRoutes(namespace).join('\n')).not.toContain('203.0.113.0/24');
    const back = await driver.ensureAddress({ link: 'a', cidr: spec.cidr, noPrefixRoute: false });
    expect(back.value.noPrefixRoute).toBeUndefined();
    await driver.deleteAddress('a', spec.cidr);
  });

  it('of IPv6 gets a peer and loses its route in place, and its lifetimes leave that as it is', async () => {
    const spec = { link: 'a', cidr: '2001:db8::10/64' };
    ipAll(namespace, '-6 address add 2001:db8::10/64 dev a nodad');
    expect((await driver.ensureAddress({ ...spec, noPrefixRoute: true })).changed).toBe(true);
    expect(shownRoutes(namespace).filter((line) => line.startsWith('2001:db8::/64'))).toEqual([]);
    expect((await driver.ensureAddress({ ...spec, peer: '2001:db8::99' })).changed).toBe(true);
    const shown = { local: '2001:db8::10', address: '2001:db8::99', prefixlen: 64, noprefixroute: true };
    expect(shownAddresses(namespace, 'a')).toMatchObject([shown]);
    await driver.ensureAddress({ ...spec, validLifetime: 3000 });
    expect(shownAddresses(namespace, 'a')).toMatchObject([{ ...shown, dynamic: true }]);
    expect((await driver.ensureAddress({ ...spec, noPrefixRoute: false })).value).toMatchObject({
      peer: '2001:db8::99',
      dynamic: false,
    });
    expect(shownAddresses(namespace, 'a')[0]).not.toHaveProperty('noprefixroute');
  });

  it('goes, also a point-to-point one, and is no error when it is gone', async () => {
    ipAll(namespace, 'address add 198.51.100.1/32 peer 198.51.100.2/32 dev a');
    expect(await driver.listAddresses({ link: 'a', family: 'ipv4' })).toMatchObject([
      { cidr: '198.51.100.1/32', peer: '198.51.100.2' },
    ]);
    expect(await driver.deleteAddress('a', '198.51.100.1/32')).toBe(true);
    expect(shownAddresses(namespace, 'a')).toEqual([]);
    expect(await driver.deleteAddress('a', '198.51.100.1/32')).toBe(false);
    expect(await driver.deleteAddress('a', '2001:db8::1/64')).toBe(false);
    expect(operations).toEqual([{ do: 'delete-address', link: 'a', cidr: '198.51.100.1/32' }]);
  });
});

it('lists the addresses of one link or family, or all', async () => {
  ipAll(
    namespace,
    'address add 192.0.2.1/24 dev a\n address add 192.0.2.2/24 dev a\n address add 203.0.113.1/24 dev b',
  );
  const cidrs = (list: { link: string; cidr: string }[]) => list.map(({ link, cidr }) => `${link} ${cidr}`);
  expect(cidrs(await driver.listAddresses({ link: 'a', family: 'ipv4' }))).toEqual([
    'a 192.0.2.1/24',
    'a 192.0.2.2/24',
  ]);
  expect(cidrs(await driver.listAddresses())).toEqual(
    expect.arrayContaining(['lo 127.0.0.1/8', 'lo ::1/128', 'a 192.0.2.2/24', 'b 203.0.113.1/24']),
  );
  expect((await driver.listAddresses({ family: 'ipv6' })).every(({ cidr }) => cidr.includes(':'))).toBe(true);
});

it('says which link is missing', async () => {
  for (const attempt of [
    driver.ensureAddress({ link: 'absent', cidr: '192.0.2.1/24' }),
    driver.deleteAddress('absent', '192.0.2.1/24'),
    driver.listAddresses({ link: 'absent' }),
  ]) {
    await expect(attempt).rejects.toThrow(DeviceNotFoundError);
    await expect(attempt).rejects.toThrow(/absent/);
  }
});

it('refuses bad values before it does anything', async () => {
  for (const attempt of [
    driver.ensureAddress({ link: 'a', cidr: '192.0.2.1/33' }),
    driver.ensureAddress({ link: 'a', cidr: '192.0.2.1/24', label: 'x\ny' }),
    driver.deleteAddress('a', 'localhost'),
    driver.listAddresses({ link: 'a b' }),
  ]) {
    await expect(attempt).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  expect(shownAddresses(namespace, 'a')).toEqual([]);
});
