import type { PortSettings } from 'netdev-core';
import { createLinuxNetDev, toShellCommands } from 'netdev-linux';
import { expect, it } from 'vitest';
import { sh, shownLink, testNamespace } from './host.js';

const [namespace, byHand] = [testNamespace('ports'), testNamespace('ports-hand')];
const settings: PortSettings = {
  ...{ hairpin: true, isolated: true, learning: false, flood: false, multicastFlood: false },
  ...{ broadcastFlood: false, multicastToUnicast: true, multicastRouter: 'always', fastLeave: true },
  ...{ neighbourSuppression: true, proxyArp: true, locked: true, bpduGuard: true, rootBlock: true },
  ...{ portCost: 77, portPriority: 7 },
};
const words = {
  ...{ hairpin: true, isolated: true, learning: false, flood: false, mcast_flood: false },
  ...{ bcast_flood: false, mcast_to_unicast: true, multicast_router: 2, fastleave: true },
  ...{ neigh_suppress: true, proxy_arp: true, locked: true, guard: true, root_block: true },
  ...{ cost: 77, priority: 7 },
};
const shown = (where: string): Record<string, unknown> => shownLink(where, 'a').linkinfo.info_slave_data;

it('what a link is as a port is that to iproute2, typed as commands too, and what iproute2 sets is shown', async () => {
  await using driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation) => {
      for (const line of toShellCommands(operation, { name: byHand })) sh(...line);
    },
  });
  await driver.createLink({ kind: 'bridge', name: 'br0' });
  const spec = { kind: 'veth', name: 'a', master: 'br0', peer: { name: 'ap' } } as const;
  await driver.createLink({ ...spec, ...settings });
  expect(shown(namespace)).toMatchObject(words);
  expect(shown(byHand)).toMatchObject(words);
  expect((await driver.ensureLink({ ...spec, ...settings })).changed).toBe(false);
  expect((await driver.getLink('a')).port).toEqual(settings);

  const line =
    'link set dev a mcast_router 0 mcast_flood on bcast_flood on mcast_to_unicast off fastleave off neigh_suppress off locked off guard off root_block off cost 5 priority 9';
  sh('bridge', '-n', namespace, ...line.split(' '));
  const set: PortSettings = {
    ...{ multicastRouter: 'never', multicastFlood: true, broadcastFlood: true, multicastToUnicast: false },
    ...{ fastLeave: false, neighbourSuppression: false, locked: false, bpduGuard: false, rootBlock: false },
    ...{ portCost: 5, portPriority: 9 },
  };
  expect((await driver.getLink('a')).port).toEqual({ ...settings, ...set });
});

it('a port has its settings back when a batch fails, those that it had in another bridge included', async () => {
  await using driver = await createLinuxNetDev({ namespace: { name: namespace } });
  for (const name of ['one', 'two']) await driver.createLink({ kind: 'bridge', name });
  await driver.createLink({ kind: 'veth', name: 'b', master: 'one', peer: { name: 'bp' }, ...settings });
  const before = shownLink(namespace, 'b').linkinfo.info_slave_data;
  await expect(
    driver.batch([
      { do: 'update-link', name: 'b', changes: { portCost: 3, locked: false, multicastRouter: 'automatic' } },
      { do: 'update-link', name: 'b', changes: { master: 'two', portPriority: 1 } },
      { do: 'update-link', name: 'absent', changes: { up: true } },
    ]),
  ).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  const { id: _, no: __, designated_port: ___, ...rest } = shownLink(namespace, 'b').linkinfo.info_slave_data;
  expect(before).toMatchObject(rest);
});
