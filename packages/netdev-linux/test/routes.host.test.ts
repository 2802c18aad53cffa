import type { NetDevDriver, NetDevOperation, RouteSpec } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ipAll, ipJson, sh, shownRoutes, testNamespace } from './host.js';

const namespace = testNamespace('routes');
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
  sh('ip', '-n', namespace, 'route', 'flush', 'type', 'blackhole');
  await driver.deleteLink('a');
  ipAll(
    namespace,
    `link add name a type veth peer name b
     link set dev a up
     link set dev b up
     address add 192.0.2.1/24 dev a
     address add 192.0.2.2/24 dev a
     -6 address add 2001:db8::1/64 dev a nodad`,
  );
  operations.length = 0;
});

const withoutConnected = () => shownRoutes(namespace).filter((line) => !line.includes('proto kernel'));

describe('a route', () => {
  it.each<[RouteSpec, string]>([
    [{ destination: 'default', via: '192.0.2.254' }, 'default via 192.0.2.254 dev a proto static'],
    [{ destination: '10.0.0.0/8', link: 'a' }, '10.0.0.0/8 dev a proto static scope link'],
    [
      {
        destination: '10.0.0.0/8',
        via: '192.0.2.9',
        metric: 7,
        source: '192.0.2.2',
        protocol: 'dhcp',
        mtu: 1300,
      },
      '10.0.0.0/8 via 192.0.2.9 dev a proto dhcp src 192.0.2.2 metric 7 mtu 1300',
    ],
    [
      { destination: '10.0.0.0/8', via: '172.16.0.1', link: 'a', onLink: true },
      '10.0.0.0/8 via 172.16.0.1 dev a proto static onlink',
    ],
    [
      { destination: '10.0.0.0/8', link: 'a', table: 70000 },
      '10.0.0.0/8 dev a table 70000 proto static scope link',
    ],
    [{ destination: '10.0.0.0/8', kind: 'blackhole' }, 'blackhole 10.0.0.0/8 proto static'],
    [
      { destination: 'default', via: '2001:db8::9' },
      'default via 2001:db8::9 dev a proto static metric 1024 pref medium',
    ],
    [
      { destination: '2001:db8:5::/48', via: '2001:db8::9', metric: 5, protocol: '77' },
      '2001:db8:5::/48 via 2001:db8::9 dev a proto 77 metric 5 pref medium',
    ],
    [
      { destination: '2001:db8:5::/48', link: 'a', mtu: 1400 },
      '2001:db8:5::/48 dev a proto static metric 1024 mtu 1400 pref medium',
    ],
    [
      {
        destination: '10.0.0.0/8',
        nextHops: [
          { via: '192.0.2.9', weight: 3 },
          { via: '172.16.0.1', link: 'b', onLink: true },
        ],
      },
      '10.0.0.0/8 proto static nexthop via 192.0.2.9 dev a weight 3 nexthop via 172.16.0.1 dev b weight 1 onlink',
    ],
    [
      {
        destination: '10.0.0.0/8',
        nextHops: [{ link: 'a' }, { link: 'b', weight: 256 }],
        metric: 7,
      },
      '10.0.0.0/8 proto static scope link metric 7 nexthop dev a weight 1 nexthop dev b weight 256',
    ],
    [
      {
        destination: '2001:db8:5::/48',
        nextHops: [{ via: '2001:db8::9' }, { via: '2001:db8::a', link: 'a', weight: 4 }],
      },
      '2001:db8:5::/48 proto static metric 1024 pref medium nexthop via 2001:db8::9 dev a weight 1 nexthop via 2001:db8::a dev a weight 4',
    ],
    [
      { destination: '10.0.0.0/8', kind: 'unreachable', table: 7 },
      'unreachable 10.0.0.0/8 table 7 proto static',
    ],
    [
      { destination: '2001:db8:5::/48', kind: 'prohibit' },
      'prohibit 2001:db8:5::/48 dev lo proto static metric 1024 pref medium',
    ],
    [{ destination: '10.0.0.0/8', kind: 'throw', table: 7 }, 'throw 10.0.0.0/8 table 7 proto static'],
    [
      { destination: '2001:db8:5::/48', kind: 'blackhole', metric: 9 },
      'blackhole 2001:db8:5::/48 dev lo proto static metric 9 pref medium',
    ],
  ])('%j is there as iproute2 shows it, once, and goes', async (spec, shown) => {
    const { changed, value } = await driver.ensureRoute(spec);
    expect(changed).toBe(true);
    expect(withoutConnected()).toEqual([shown]);
    expect(value.metric).toBe(
      spec.metric ?? (spec.destination.includes(':') || spec.via?.includes(':') ? 1024 : 0),
    );
    expect((await driver.ensureRoute(spec)).changed).toBe(false);
    expect(operations.map((operation) => operation.do)).toEqual(['add-route']);
    expect(await driver.deleteRoute(spec)).toBe(true);
    expect(withoutConnected()).toEqual([]);
    expect(await driver.deleteRoute(spec)).toBe(false);
  });

  it('by another way takes the place of the first', async () => {
    await driver.ensureRoute({ destination: 'default', via: '192.0.2.254' });
    await driver.ensureRoute({ destination: 'default', via: '192.0.2.253', metric: 9 });
    expect((await driver.ensureRoute({ destination: 'default', via: '192.0.2.252' })).changed).toBe(true);
    expect(withoutConnected()).toEqual([
      'default via 192.0.2.252 dev a proto static',
      'default via 192.0.2.253 dev a proto static metric 9',
    ]);
  });

  it('is found by what is given of it', async () => {
    await driver.ensureRoute({ destination: 'default', via: '192.0.2.254', metric: 5 });
    await driver.ensureRoute({ destination: '10.0.0.0/8', via: '192.0.2.254' });
    expect(await driver.deleteRoute({ destination: 'default', via: '192.0.2.9' })).toBe(false);
    expect(await driver.deleteRoute({ destination: 'default', metric: 6 })).toBe(false);
    expect(await driver.deleteRoute({ destination: 'default' })).toBe(true);
    expect(withoutConnected()).toEqual(['10.0.0.0/8 via 192.0.2.254 dev a proto static']);
    expect(operations.at(-1)).toMatchObject({ do: 'delete-route', spec: { via: '192.0.2.254', metric: 5 } });
  });

  it('that the kernel refuses says why, and how to mend it', async () => {
    const refused = driver.ensureRoute({ destination: '10.0.0.0/8', via: '172.31.0.1' });
    await expect(refused).rejects.toMatchObject({ code: 'PLATFORM', errno: 'ENETUNREACH' });
    await expect(refused).rejects.toThrow(
      /10\.0\.0\.0\/8 via 172\.31\.0\.1.*Nexthop has invalid gateway.*onLink/,
    );
    await expect(driver.ensureRoute({ destination: '10.0.0.0/8', link: 'absent' })).rejects.toMatchObject({
      code: 'DEVICE_NOT_FOUND',
    });
  });

  it.each<RouteSpec>([
    { destination: '10.0.0.1/8' },
    { destination: '10.0.0.0/8', via: '2001:db8::1' },
    { destination: '10.0.0.0/8', link: 'a', protocol: 'nonsense' },
    { destination: '10.0.0.0/8', link: 'a', protocol: '256' },
    { destination: '10.0.0.0/8', link: 'a', table: 0 },
  ])('like %j is refused before anything is asked of the kernel', async (spec) => {
    await expect(driver.ensureRoute(spec)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(withoutConnected()).toEqual([]);
  });
});

it('lists the main table, another, or all; of one link or family', async () => {
  ipAll(
    namespace,
    `route add 10.1.0.0/16 dev a table 100
     route add 10.2.0.0/16 nexthop via 192.0.2.9 weight 3 nexthop dev b onlink via 172.16.0.1
     route add unreachable 10.3.0.0/16`,
  );
  const destinations = async (filter: Parameters<NetDevDriver['listRoutes']>[0]) =>
    (await driver.listRoutes(filter)).map(({ destination }) => destination);
  expect(await destinations({ family: 'ipv4' })).toEqual(
    ipJson<{ dst: string }>(namespace, '-4', 'route', 'show').map(({ dst }) => dst),
  );
  expect(await destinations({ table: 100 })).toEqual(['10.1.0.0/16']);
  expect(await destinations({ table: 4242 })).toEqual([]);
  expect(await destinations({ table: 4242, family: 'ipv4' })).toEqual([]);
  expect(await destinations({ link: 'b', family: 'ipv4' })).toEqual(['10.2.0.0/16']);
  expect(await destinations({ table: 'all' })).toEqual(
    expect.arrayContaining(['10.1.0.0/16', '10.3.0.0/16', '2001:db8::/64']),
  );
  const several = (await driver.listRoutes()).find(({ nextHops }) => nextHops !== undefined);
  expect(several?.nextHops).toEqual([
    { via: '192.0.2.9', link: 'a', weight: 3, onLink: false },
    { via: '172.16.0.1', link: 'b', weight: 1, onLink: true },
  ]);
  expect(several?.via).toBeUndefined();
  ipAll(namespace, 'route delete unreachable 10.3.0.0/16');
});
