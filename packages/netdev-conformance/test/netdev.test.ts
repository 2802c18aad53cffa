import type { NetDevCapability, NetDevDriver } from 'netdev-core';
import { createMemoryHost, type MemoryHost } from '../src/index.js';
import { describeNetDevDriver, type NetDevFactory } from '../src/netdev.js';
import { addMemoryCard } from './memory-card.js';

const without = (
  lacking: readonly NetDevCapability[],
): NetDevFactory<{ host: MemoryHost; driver: NetDevDriver }> => ({
  setup: async (options) => {
    const host = createMemoryHost();
    return { host, driver: await host.netdev({ ...options, without: lacking }) };
  },
  teardown: ({ driver }) => driver.close(),
  addCard: async ({ host }) => addMemoryCard(host),
});

const everything: readonly NetDevCapability[] = [
  'bridge',
  'tap',
  'tun',
  'veth',
  'vlan',
  'vxlan',
  'macvlan',
  'macvtap',
  'dummy',
  'ifb',
  'spanning-tree',
  'port-settings',
  'all-multicast',
  'alternative-names',
  'tap-owner',
  'announce-ipv6',
  'neighbours',
  'route-properties',
  'route-kinds',
  'routing-tables',
  'address-properties',
  'vlan-filtering',
  'provider-vlans',
  'forwarding-database',
  'multiqueue',
  'namespaces',
  'watch',
  'announce',
  'metrics',
  'multipath',
  'routing-rules',
  'peer-addresses',
  'no-prefix-route',
  'sriov',
];

describeNetDevDriver('the memory host', without([]), { capabilities: everything });

describeNetDevDriver(
  'a memory host with bridges and taps only',
  without(everything.filter((capability) => !['bridge', 'tap'].includes(capability))),
  { capabilities: ['bridge', 'tap'] },
);

describeNetDevDriver('a memory host with dummies only', without(['bridge', 'tap', 'veth', 'vlan']));
