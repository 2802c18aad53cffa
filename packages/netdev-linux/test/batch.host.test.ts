import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ipAll, ipJson, shownAddresses, shownLink, shownRoutes, testNamespace } from './host.js';

const namespace = testNamespace('batch');
const told: NetDevOperation[] = [];
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation) => told.push(operation),
  });
  ipAll(
    namespace,
    `link add name eth0 type veth peer name far
     link set dev eth0 up mtu 1400
     link set dev far up
     address add 192.0.2.1/24 brd + dev eth0
     route add 10.0.0.0/8 via 192.0.2.9 proto static
     route add 10.1.0.0/16 via 192.0.2.9 proto static`,
  );
});
afterAll(() => driver.close());

const state = () => [
  ipJson(namespace, 'link', 'show').map(({ ifname, mtu, flags }) => [ifname, mtu, flags]),
  shownAddresses(namespace, 'eth0'),
  shownRoutes(namespace),
];

it('does operations in order, each told', async () => {
  const operations: NetDevOperation[] = [
    { do: 'create-link', spec: { kind: 'bridge', name: 'br0', up: true } },
    {
      do: 'create-link',
      spec: { kind: 'veth', name: 'x', master: 'br0', up: true, peer: { name: 'y', up: true } },
    },
    { do: 'add-address', spec: { link: 'br0', cidr: '198.51.100.1/24' } },
    { do: 'add-route', spec: { destination: '10.2.0.0/16', via: '198.51.100.2' } },
    { do: 'set-forwarding', family: 'ipv4', enabled: true },
  ];
  await driver.batch(operations);
  expect(told.map((operation) => operation.do)).toEqual(operations.map((operation) => operation.do));
  expect(shownLink(namespace, 'x').master).toBe('br0');
  expect(shownRoutes(namespace)).toContain('10.2.0.0/16 via 198.51.100.2 dev br0 proto static');
  await driver.batch([
    { do: 'delete-link', name: 'x' },
    { do: 'delete-link', name: 'br0' },
    { do: 'set-forwarding', family: 'ipv4', enabled: false },
  ]);
});

it('takes back what was done when one fails, and throws that error', async () => {
  const before = state();
  const failed = driver.batch([
    { do: 'create-link', spec: { kind: 'bridge', name: 'br0', up: true } },
    { do: 'update-link', name: 'eth0', changes: { mtu: 1300, up: true, promiscuous: true } },
    { do: 'add-address', spec: { link: 'br0', cidr: '198.51.100.1/24' } },
    { do: 'add-route', spec: { destination: '10.2.0.0/16', via: '198.51.100.2' } },
    { do: 'set-forwarding', family: 'ipv6', enabled: true },
    { do: 'create-link', spec: { kind: 'veth', name: 'z', peer: { name: 'eth0' } } },
  ]);
  await expect(failed).rejects.toMatchObject({ code: 'DEVICE_EXISTS', object: 'z' });
  expect(state()).toEqual(before);
  expect(await driver.getForwarding('ipv6')).toBe(false);
});

it('puts back a route that it had replaced or deleted, and an address with the routes that went with it', async () => {
  const before = state();
  const impossible: NetDevOperation = { do: 'create-link', spec: { kind: 'bridge', name: 'eth0' } };
  await expect(
    driver.batch([{ do: 'add-route', spec: { destination: '10.0.0.0/8', via: '192.0.2.77' } }, impossible]),
  ).rejects.toMatchObject({ code: 'DEVICE_EXISTS' });
  expect(state()).toEqual(before);
  await expect(
    driver.batch([{ do: 'delete-route', spec: { destination: '10.1.0.0/16' } }, impossible]),
  ).rejects.toMatchObject({ code: 'DEVICE_EXISTS' });
  expect(state()).toEqual(before);
  await expect(
    driver.batch([{ do: 'delete-address', link: 'eth0', cidr: '192.0.2.1/24' }, impossible]),
  ).rejects.toMatchObject({ code: 'DEVICE_EXISTS' });
  expect(state()).toEqual(before);
});

it('says what it could not take back', async () => {
  await driver.createLink({ kind: 'bridge', name: 'br0' });
  const failed = driver.batch([
    { do: 'delete-link', name: 'br0' },
    { do: 'create-link', spec: { kind: 'bridge', name: 'eth0' } },
  ]);
  await expect(failed).rejects.toMatchObject({
    code: 'PARTIAL',
    left: [expect.stringContaining('delete-link')],
  });
});
