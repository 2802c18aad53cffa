import type { NetDevCapability } from 'netdev-core';
import { rejection } from '../expect.js';
import type { Attempts } from '../requirement.js';
import type { NetDevContext } from './context.js';
import { linkWithAddress, plainLink } from './fixtures.js';

/** How each capability is tried where a driver says that it lacks it. */
export const lacking: Attempts<NetDevContext, NetDevCapability> = {
  bridge: ({ driver }) => driver.createLink({ kind: 'bridge', name: 'cf9' }),
  tap: ({ driver }) => driver.createLink({ kind: 'tap', name: 'cf9' }),
  veth: ({ driver }) => driver.createLink({ kind: 'veth', name: 'cf9', peer: { name: 'cf9p' } }),
  vlan: ({ driver }) => driver.createLink({ kind: 'vlan', name: 'cf9', parent: 'lo', vlanId: 7 }),
  tun: ({ driver }) => driver.createLink({ kind: 'tun', name: 'cf9' }),
  vxlan: ({ driver }) => driver.createLink({ kind: 'vxlan', name: 'cf9', vni: 7 }),
  macvlan: ({ driver }) => driver.createLink({ kind: 'macvlan', name: 'cf9', parent: 'lo' }),
  macvtap: ({ driver }) => driver.createLink({ kind: 'macvtap', name: 'cf9', parent: 'lo' }),
  ifb: ({ driver }) => driver.createLink({ kind: 'ifb', name: 'cf9' }),
  dummy: ({ driver }) => driver.createLink({ kind: 'dummy', name: 'cf9' }),
  'vlan-filtering': async ({ driver }) => {
    await rejection(driver.ensureBridgeVlan({ link: 'lo', vlanId: 7 }), 'UNSUPPORTED');
    return driver.createLink({ kind: 'bridge', name: 'cf9', vlanFiltering: true });
  },
  'forwarding-database': async ({ driver }) => {
    await driver.createLink(plainLink(driver, 'cf0'));
    await driver.ensureForwardingEntry({ link: 'cf0', mac: '02:00:5e:10:00:0f' });
  },
  multiqueue: ({ driver }) => driver.createLink({ kind: 'tap', name: 'cf9', multiQueue: true }),
  sriov: ({ driver }) => driver.updateVirtualFunction('lo', 0, { trust: true }),
  namespaces: ({ driver }) => driver.createNamespace('cf-lacking'),
  watch: async ({ driver }) => {
    for await (const event of driver.watch()) return event;
    return undefined;
  },
  announce: async ({ driver }) => {
    await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
    await driver.announceAddress('cf0', '192.0.2.10');
  },
  'peer-addresses': async ({ driver }) => {
    await driver.createLink(plainLink(driver, 'cf0', { up: true }));
    await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.10/32', peer: '198.51.100.1' });
  },
  'no-prefix-route': async ({ driver }) => {
    await driver.createLink(plainLink(driver, 'cf0', { up: true }));
    await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.10/24', noPrefixRoute: true });
  },
  'routing-rules': ({ driver }) => driver.ensureRoutingRule({ from: '192.0.2.0/24', table: 7 }),
  multipath: async ({ driver }) => {
    await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
    const nextHops = [{ via: '192.0.2.1' }, { via: '192.0.2.2' }];
    await driver.ensureRoute({ destination: '203.0.113.0/24', nextHops });
  },
  metrics: async ({ driver }) => {
    await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
    await driver.ensureRoute({ destination: 'default', via: '192.0.2.1', metric: 5 });
  },
};
