import type { NetDevCapability, NetDevDriver } from 'netdev-core';
import { createMemoryHost } from '../src/index.js';
import { describeNetDevDriver, type NetDevFactory } from '../src/netdev.js';

const without = (lacking: readonly NetDevCapability[]): NetDevFactory<{ driver: NetDevDriver }> => ({
  setup: async (options) => ({
    driver: await createMemoryHost().netdev({ ...options, without: lacking }),
  }),
  teardown: ({ driver }) => driver.close(),
});

describeNetDevDriver('the memory host', without([]), {
  capabilities: [
    'bridge',
    'tap',
    'veth',
    'vlan',
    'dummy',
    'multiqueue',
    'namespaces',
    'watch',
    'announce',
    'metrics',
    'peer-addresses',
    'no-prefix-route',
  ],
});

describeNetDevDriver(
  'a memory host with bridges and taps only',
  without([
    'veth',
    'vlan',
    'dummy',
    'multiqueue',
    'namespaces',
    'watch',
    'announce',
    'metrics',
    'peer-addresses',
    'no-prefix-route',
  ]),
  { capabilities: ['bridge', 'tap'] },
);

describeNetDevDriver('a memory host with dummies only', without(['bridge', 'tap', 'veth', 'vlan']));
