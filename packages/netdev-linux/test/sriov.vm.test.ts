import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev, toShellCommands } from 'netdev-linux';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ipJson, sh, testNamespace } from './host.js';
import { addSimulatedCard, removeSimulatedCards } from './simulated-cards.js';

const namespace = testNamespace('cards');
let driver: NetDevDriver;
let card: string;

beforeAll(async () => {
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
  card = addSimulatedCard(namespace, 70, 2);
});
afterAll(async () => {
  removeSimulatedCards();
  await driver.close();
});

/** What iproute2 tells of the virtual functions of the card. */
function shown() {
  const [link] = ipJson<{ vfinfo_list: Record<string, unknown>[] }>(namespace, 'link', 'show', 'dev', card);
  return link?.vfinfo_list;
}

test('what the driver gives a virtual function, iproute2 shows', async () => {
  await driver.updateVirtualFunction(card, 1, {
    mac: '02:00:5e:10:00:0a',
    vlanId: 100,
    trust: true,
    spoofCheck: true,
    linkState: 'disable',
  });
  const [first, second] = shown() ?? [];
  expect(second).toMatchObject({
    vf: 1,
    address: '02:00:5e:10:00:0a',
    vlan_list: [{ vlan: 100 }],
    trust: true,
    spoofchk: true,
    link_state: 'disable',
  });
  expect(first).toMatchObject({ vf: 0, address: '00:00:00:00:00:00', trust: false, link_state: 'auto' });
});

test('what iproute2 gives a virtual function, the driver shows', async () => {
  const words = 'mac 02:00:5e:10:00:0b vlan 4094 spoofchk off state enable trust on';
  sh('ip', '-n', namespace, 'link', 'set', 'dev', card, 'vf', '0', ...words.split(' '));
  expect((await driver.listVirtualFunctions(card))[0]).toEqual({
    index: 0,
    mac: '02:00:5e:10:00:0b',
    vlanId: 4094,
    trust: true,
    spoofCheck: false,
    linkState: 'enable',
  });
});

test('the commands that a person would type do the same', async () => {
  const changes = {
    mac: '02:00:5e:10:00:0c',
    vlanId: 7,
    trust: false,
    spoofCheck: true,
    linkState: 'auto',
  } as const;
  const operation: NetDevOperation = { do: 'update-virtual-function', parent: card, index: 0, changes };
  for (const words of toShellCommands(operation, { name: namespace })) sh(...words);
  expect((await driver.listVirtualFunctions(card))[0]).toEqual({ index: 0, ...changes });
  expect((await driver.updateVirtualFunction(card, 0, changes)).changed).toBe(false);
});

test('a link that is no card refuses: it has no such function', async () => {
  await driver.createLink({ kind: 'dummy', name: 'plain0' });
  await expect(driver.updateVirtualFunction('plain0', 0, { trust: true })).rejects.toMatchObject({
    code: 'DEVICE_NOT_FOUND',
    message: expect.stringContaining('plain0 has no virtual function 0'),
  });
});
