import { describeNetDevDriver } from 'netdev-conformance/netdev';
import type { NetDevCapability } from 'netdev-core';
import { createFreeBsdNetDev } from '../src/index.js';
import { runnerOn, simulatedDriver } from './simulated.js';

const capabilities: readonly NetDevCapability[] = [
  ...(['bridge', 'tap', 'veth', 'vlan', 'namespaces', 'watch', 'announce', 'neighbours'] as const),
];

for (const version of [13, 14] as const) {
  describeNetDevDriver(
    `netdev-freebsd on a simulated FreeBSD ${version}`,
    {
      setup: (options) => simulatedDriver({ ...options, version }),
      teardown: ({ driver }) => driver.close(),
    },
    { capabilities },
  );
}

describeNetDevDriver(
  'netdev-freebsd in a jail of a simulated FreeBSD 14',
  {
    async setup({ onOperation }) {
      const { host, driver: outside } = await simulatedDriver();
      await outside.createNamespace('stack');
      const runner = runnerOn(host);
      return { driver: await createFreeBsdNetDev({ runner, onOperation, namespace: { name: 'stack' } }) };
    },
    teardown: ({ driver }) => driver.close(),
  },
  { capabilities },
);
