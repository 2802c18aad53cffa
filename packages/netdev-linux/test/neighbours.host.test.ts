import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ipAll, ipJson, testNamespace } from './host.js';

const namespace = testNamespace('neighbours');
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(() => driver.close());
beforeEach(async () => {
  await driver.deleteLink('a');
  ipAll(
    namespace,
    `link add name a type veth peer name b
     link set dev a up
     link set dev b up
     address add 192.0.2.1/24 dev a`,
  );
});

const shown = (family: '-4' | '-6') =>
  ipJson(namespace, family, 'neighbour', 'show', 'dev', 'a').map(({ dst, lladdr, state }) => ({
    dst,
    lladdr,
    state,
  }));

it.each([
  ['192.0.2.9', '-4'],
  ['2001:db8::9', '-6'],
] as const)('%s that is set by the driver stays, as ip-neighbour(8) shows it', async (address, family) => {
  const spec = { link: 'a', address, mac: '02:00:00:00:00:09' };
  const { changed, value } = await driver.ensureNeighbour(spec);
  expect([changed, value.state]).toEqual([true, 'permanent']);
  expect(shown(family)).toEqual([{ dst: address, lladdr: spec.mac, state: ['PERMANENT'] }]);
  expect((await driver.ensureNeighbour(spec)).changed).toBe(false);
  expect((await driver.ensureNeighbour({ ...spec, mac: '02:00:00:00:00:0a' })).changed).toBe(true);
  expect(shown(family)).toEqual([{ dst: address, lladdr: '02:00:00:00:00:0a', state: ['PERMANENT'] }]);
  expect(await driver.deleteNeighbour('a', address)).toBe(true);
  expect(shown(family)).toEqual([]);
  expect(await driver.deleteNeighbour('a', address)).toBe(false);
});

it('what ip-neighbour(8) sets is shown, and one that was learned is set to stay', async () => {
  ipAll(
    namespace,
    `neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev a nud permanent
     neighbour add 192.0.2.8 lladdr 02:00:00:00:00:08 dev a nud reachable`,
  );
  // The groups that the kernel speaks to by itself are there, too.
  const neighbours = (await driver.listNeighbours({ link: 'a', family: 'ipv4' })).filter(
    ({ state }) => state !== 'noarp',
  );
  expect(neighbours.map(({ address, mac, state }) => [address, mac, state]).sort()).toEqual([
    ['192.0.2.7', '02:00:00:00:00:07', 'permanent'],
    ['192.0.2.8', '02:00:00:00:00:08', 'reachable'],
  ]);
  const learned = { link: 'a', address: '192.0.2.8', mac: '02:00:00:00:00:08' };
  expect((await driver.ensureNeighbour(learned)).changed).toBe(true);
  expect(shown('-4').map(({ state }) => state)).toEqual([['PERMANENT'], ['PERMANENT']]);
});

it('a refusal says what was attempted', async () => {
  const spec = { link: 'none', address: '192.0.2.9', mac: '02:00:00:00:00:09' };
  await expect(driver.ensureNeighbour(spec)).rejects.toMatchObject({
    code: 'DEVICE_NOT_FOUND',
    operation: 'add neighbour',
    object: '192.0.2.9 on none',
  });
});
