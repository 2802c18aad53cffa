import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ipAll, shownAddresses, shownRoutes, testNamespace } from './host.js';
import { makeLayer3, removeLayer3 } from './layer3.js';

const namespace = testNamespace('layer3');
const operations: NetDevOperation[] = [];
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation) => operations.push(operation),
  });
});
afterAll(() => driver.close());
beforeEach(() => {
  makeLayer3(namespace);
  operations.length = 0;
});
afterEach(() => removeLayer3(namespace));

/** What should be there when everything was moved, derived from what was there before. */
const onBridge = (lines: string[]): string[] =>
  lines.map((line) => line.replaceAll('dev eth0', 'dev br0')).sort();
const bare = (link: string) =>
  shownAddresses(namespace, link).map(({ valid_life_time: _, ...address }) =>
    Object.fromEntries(Object.entries(address).filter(([name]) => name !== 'preferred_life_time')),
  );
const state = () => [bare('eth0'), bare('br0'), bare('eth1'), shownRoutes(namespace)];

describe('moving layer 3', () => {
  it('takes every address and every route along, and nothing else', async () => {
    const addresses = bare('eth0');
    const routes = shownRoutes(namespace);
    expect(routes.length).toBeGreaterThan(18);
    const other = bare('eth1');

    const { changed, value } = await driver.moveLayer3('eth0', 'br0');

    expect(changed).toBe(true);
    expect(shownAddresses(namespace, 'eth0')).toEqual([]);
    expect(bare('br0')).toEqual(
      addresses.map((address) => ({
        ...address,
        ...(address.label === 'eth0' && { label: 'br0' }),
        ...(address.label === 'eth0:1' && { label: 'br0:1' }),
      })),
    );
    expect(bare('eth1')).toEqual(other);
    expect(shownRoutes(namespace)).toEqual(onBridge(routes));
    const dynamic = shownAddresses(namespace, 'br0').find(({ local }) => local === '203.0.113.1');
    expect(dynamic?.valid_life_time).toBeGreaterThan(2900);
    expect(dynamic?.valid_life_time).toBeLessThanOrEqual(3000);

    expect(value.addresses.map(({ link, cidr }) => `${link} ${cidr}`).sort()).toEqual(
      addresses.map(({ local, prefixlen }) => `br0 ${local}/${prefixlen}`).sort(),
    );
    expect(value.routes.find(({ destination }) => destination === '0.0.0.0/0')).toMatchObject({
      ...{ link: 'br0', via: '192.0.2.1', metric: 50, source: '192.0.2.11' },
    });
    expect(
      value.routes
        .find(({ nextHops }) => nextHops !== undefined)
        ?.nextHops?.map(({ link }) => link)
        .sort(),
    ).toEqual(['br0', 'eth1']);
    const told = operations.map((operation) => operation.do);
    expect(told.filter((word) => word === 'add-address')).toHaveLength(addresses.length);
    expect(told.filter((word) => word === 'delete-address')).toHaveLength(addresses.length);
    expect(operations).toContainEqual({
      do: 'add-route',
      spec: expect.objectContaining({ destination: '0.0.0.0/0', link: 'br0', via: '192.0.2.1' }),
    });
  });

  it('comes back the same', async () => {
    const before = state();
    await driver.moveLayer3('eth0', 'br0');
    await driver.moveLayer3('br0', 'eth0');
    expect(state()).toEqual(before);
  });

  it('works with the source as a port of the target', async () => {
    ipAll(namespace, 'link set dev eth0 master br0');
    const routes = shownRoutes(namespace);
    await driver.moveLayer3('eth0', 'br0');
    expect(shownRoutes(namespace)).toEqual(onBridge(routes));
  });

  it('is done once', async () => {
    await driver.moveLayer3('eth0', 'br0');
    operations.length = 0;
    const { changed, value } = await driver.moveLayer3('eth0', 'br0');
    expect([changed, value]).toEqual([false, { addresses: [], routes: [] }]);
    expect(operations).toEqual([]);
  });

  it('keeps an address that the target has already', async () => {
    ipAll(namespace, 'address add 192.0.2.10/24 brd + dev br0');
    await driver.moveLayer3('eth0', 'br0');
    expect(bare('br0').filter(({ local }) => local === '192.0.2.10')).toHaveLength(1);
    expect(shownAddresses(namespace, 'eth0')).toEqual([]);
  });

  it('puts everything back when the kernel refuses one of the steps', async () => {
    // A route like one of those that would move, which the bridge cannot have: its MTU is below what IPv6 needs.
    ipAll(namespace, 'link set dev br0 mtu 1000');
    const before = state();
    const moved = driver.moveLayer3('eth0', 'br0');
    await expect(moved).rejects.toMatchObject({
      operation: 'move layer 3',
      errno: expect.stringMatching(/^E/),
    });
    expect(state()).toEqual(before);
    expect(operations).toEqual([]);
  });

  it('says beforehand what cannot work', async () => {
    const before = state();
    ipAll(namespace, 'link set dev br0 down');
    await expect(driver.moveLayer3('eth0', 'br0')).rejects.toThrow(/br0 is down.*bring br0 up/);
    await expect(driver.moveLayer3('eth0', 'eth0')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'to',
    });
    await expect(driver.moveLayer3('eth0', 'absent')).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    expect(state()).toEqual(before);
  });
});
