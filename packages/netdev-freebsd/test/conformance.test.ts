import { describeNetDevDriver } from 'netdev-conformance/netdev';
import type { NetDevCapability } from 'netdev-core';
import { simulatedDriver } from './simulated.js';

const capabilities: readonly NetDevCapability[] = [
  ...(['bridge', 'tap', 'veth', 'vlan', 'namespaces', 'watch', 'announce'] as const),
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
