import { Worker } from 'node:worker_threads';
import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ipAll, ipJson, shownAddresses, testNamespace } from './host.js';

const namespace = testNamespace('batch-sends');
const COUNT = 1000;
const numbers = Array.from({ length: COUNT }, (_, number) => number);
let driver: NetDevDriver;

beforeAll(async () => {
  ipAll(namespace, 'link add name a type veth peer name b\n link set dev a up\n link set dev b up');
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(() => driver.close());

/** How often the thread that holds the socket was asked, which sends at most 128 requests at once. */
async function sendsOf(work: () => Promise<void>): Promise<number> {
  const posted = vi.spyOn(Worker.prototype, 'postMessage');
  try {
    await work();
    return posted.mock.calls.filter(([message]) => (message as { call?: string }).call === 'exchange').length;
  } finally {
    posted.mockRestore();
  }
}

const address = (number: number): string => `10.1.${number >> 8}.${number & 255}/32`;
const destination = (number: number): string => `10.2.${number >> 8}.${number & 255}/32`;
const additions: NetDevOperation[] = numbers.flatMap((number) => [
  { do: 'add-address', spec: { link: 'a', cidr: address(number) } },
  { do: 'add-route', spec: { destination: destination(number), link: 'a' } },
]);
const removals: NetDevOperation[] = numbers.flatMap((number) => [
  { do: 'delete-route', spec: { destination: destination(number) } },
  { do: 'delete-address', link: 'a', cidr: address(number) },
]);
const routes = (): unknown[] => ipJson(namespace, 'route', 'show');

it('adds and deletes a thousand addresses and a thousand routes in a few dozen sends', {
  timeout: 60_000,
}, async () => {
  // 2,000 requests by 64, and what is read beforehand.
  expect(await sendsOf(() => driver.batch(additions))).toBeLessThan(45);
  expect([shownAddresses(namespace, 'a').length, routes().length]).toEqual([COUNT, COUNT]);
  // Nothing to do: what is there is read, and nothing else.
  expect(await sendsOf(() => driver.batch(additions))).toBeLessThan(10);
  expect(await sendsOf(() => driver.batch(removals))).toBeLessThan(45);
  expect([shownAddresses(namespace, 'a').length, routes().length]).toEqual([0, 0]);
});

it('gives each of many new links an address in few sends', async () => {
  const some = numbers.slice(0, 100);
  const sends = await sendsOf(() =>
    driver.batch([
      ...some.map((number): NetDevOperation => {
        const [name, peer] = [`x${number}`, { name: `y${number}`, up: true }];
        return { do: 'create-link', spec: { kind: 'veth', name, up: true, peer } };
      }),
      ...some.map((number): NetDevOperation => {
        return { do: 'add-address', spec: { link: `x${number}`, cidr: address(number) } };
      }),
      { do: 'update-link', name: 'x0', changes: { name: 'z0' } },
      { do: 'add-route', spec: { destination: '10.3.0.0/16', link: 'z0' } },
    ]),
  );
  expect(sends).toBeLessThan(25);
  expect(shownAddresses(namespace, 'x99')).toMatchObject([{ local: '10.1.0.99' }]);
  expect(routes()).toMatchObject([{ dst: '10.3.0.0/16', dev: 'z0' }]);
});
