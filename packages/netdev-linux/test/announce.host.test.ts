import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ipAll, ipJson, sh, testNamespace } from './host.js';

const namespace = testNamespace('announce');
const far = testNamespace('announce-far');
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
  await driver.createLink({
    ...({ kind: 'veth', name: 'x', up: true, mac: '02:00:00:00:00:01' } as const),
    peer: { name: 'y', up: true, namespace: { name: far } },
  });
  ipAll(
    far,
    `address add 192.0.2.2/24 dev y
     -6 address add 2001:db8::2/64 dev y nodad
     neigh add 192.0.2.1 lladdr 02:00:00:00:00:99 dev y nud stale
     neigh add 2001:db8::1 lladdr 02:00:00:00:00:99 dev y nud stale`,
  );
});
afterAll(() => driver.close());

const neighbour = (address: string) =>
  ipJson<{ dst: string; lladdr: string }>(far, 'neigh', 'show', 'dev', 'y').find(({ dst }) => dst === address)
    ?.lladdr;

it.each(['192.0.2.1', '2001:db8::1'])('the neighbours learn where %s is now', async (address) => {
  expect(neighbour(address)).toBe('02:00:00:00:00:99');
  await driver.announceAddress('x', address);
  // The kernel on the other side takes only what it finds correct, checksum included.
  await expect.poll(() => neighbour(address), { timeout: 3000 }).toBe('02:00:00:00:00:01');
});

it('as often and as fast as asked', async () => {
  const received = () =>
    ipJson<{ stats64: { rx: { packets: number } } }>(far, '-statistics', 'link', 'show', 'y')[0]?.stats64.rx
      .packets ?? 0;
  const before = received();
  const start = performance.now();
  await driver.announceAddress('x', '192.0.2.1', { count: 5, intervalMs: 20 });
  expect(performance.now() - start).toBeGreaterThan(75);
  expect(received() - before).toBeGreaterThanOrEqual(5);
});

it('until it is called off', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  const announced = driver.announceAddress('x', '192.0.2.1', {
    count: 100,
    intervalMs: 1000,
    signal: stop.signal,
  });
  await expect(announced).rejects.toMatchObject({ code: 'ABORTED' });
});

it('of nothing that cannot be', async () => {
  await expect(driver.announceAddress('x', 'here')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(driver.announceAddress('x', '192.0.2.1', { count: 0 })).rejects.toMatchObject({
    field: 'count',
  });
  await expect(driver.announceAddress('absent', '192.0.2.1')).rejects.toMatchObject({
    code: 'DEVICE_NOT_FOUND',
  });
  sh('ip', '-n', namespace, 'tuntap', 'add', 'bare', 'mode', 'tun');
  await expect(driver.announceAddress('bare', '192.0.2.1')).rejects.toThrow(/no hardware address/);
});

it('and the neighbours are listed', async () => {
  ipAll(
    namespace,
    `address add 192.0.2.1/24 dev x
     neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev x nud permanent
     neigh add 2001:db8::7 lladdr 02:00:00:00:00:07 dev x nud permanent router`,
  );
  expect(await driver.listNeighbours({ link: 'x', family: 'ipv4' })).toContainEqual({
    ...{ link: 'x', address: '192.0.2.7', mac: '02:00:00:00:00:07', state: 'permanent', router: false },
  });
  expect((await driver.listNeighbours()).find(({ address }) => address === '2001:db8::7')?.router).toBe(true);
  await expect(driver.listNeighbours({ link: 'absent' })).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
});
