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
  'provider-vlans': ({ driver }) =>
    driver.createLink({ kind: 'vlan', name: 'cf9', parent: 'lo', vlanId: 7, vlanProtocol: '802.1ad' }),
  'vlan-filtering': async ({ driver }) => {
    await rejection(driver.ensureBridgeVlan({ link: 'lo', vlanId: 7 }), 'UNSUPPORTED');
    return driver.createLink({ kind: 'bridge', name: 'cf9', vlanFiltering: true });
  },
  'forwarding-database': async ({ driver }) => {
    await driver.createLink(plainLink(driver, 'cf0'));
    await driver.ensureForwardingEntry({ link: 'cf0', mac: '02:00:5e:10:00:0f' });
  },
  'spanning-tree': async ({ driver }) => {
    if (!driver.capabilities.has('bridge')) return driver.createLink({ kind: 'bridge', name: 'cf9' });
    await driver.createLink({ kind: 'bridge', name: 'cf0' });
    for (const bridge of [{ stp: true }, { priority: 4096 }, { forwardDelay: 4 }])
      await rejection(driver.updateLink('cf0', { bridge }), 'UNSUPPORTED');
    return driver.createLink({ kind: 'bridge', name: 'cf9', stp: true });
  },
  'port-settings': async ({ driver }) => {
    await driver.createLink(plainLink(driver, 'cf0'));
    return driver.updateLink('cf0', { hairpin: true });
  },
  'all-multicast': async ({ driver }) => {
    await driver.createLink(plainLink(driver, 'cf0'));
    return driver.updateLink('cf0', { allMulticast: true });
  },
  'alternative-names': async ({ driver }) => {
    const altNames = ['cf-another-name'];
    await rejection(driver.createLink(plainLink(driver, 'cf9', { altNames })), 'UNSUPPORTED');
    await driver.createLink(plainLink(driver, 'cf0'));
    return driver.updateLink('cf0', { altNames });
  },
  'tap-owner': ({ driver }) => driver.createLink({ kind: 'tap', name: 'cf9', owner: 0 }),
  neighbours: async ({ driver }) => {
    await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
    await rejection(driver.listNeighbours(), 'UNSUPPORTED');
    await rejection(driver.deleteNeighbour('cf0', '192.0.2.9'), 'UNSUPPORTED');
    return driver.ensureNeighbour({ link: 'cf0', address: '192.0.2.9', mac: '02:00:5e:10:00:0f' });
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
  'address-properties': async ({ driver }) => {
    await driver.createLink(plainLink(driver, 'cf0', { up: true }));
    const address = { link: 'cf0', cidr: '192.0.2.10/24' };
    for (const property of [{ label: 'web' }, { broadcast: null }, { scope: 'link' } as const])
      await rejection(driver.ensureAddress({ ...address, ...property }), 'UNSUPPORTED');
    return driver.ensureAddress({ ...address, validLifetime: 3600 });
  },
  'route-properties': async ({ driver }) => {
    await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
    const route = { destination: '203.0.113.0/24', via: '192.0.2.1' };
    for (const property of [{ source: '192.0.2.10' }, { mtu: 1300 }, { protocol: 'dhcp' }])
      await rejection(driver.ensureRoute({ ...route, ...property }), 'UNSUPPORTED');
    return driver.ensureRoute({ ...route, via: '100.64.0.1', link: 'cf0', onLink: true });
  },
  'route-kinds': ({ driver }) => driver.ensureRoute({ destination: '203.0.113.0/24', kind: 'blackhole' }),
  'routing-tables': async ({ driver }) => {
    await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
    return driver.ensureRoute({ destination: '203.0.113.0/24', via: '192.0.2.1', table: 77 });
  },
  'announce-ipv6': async ({ driver }) => {
    await linkWithAddress(driver, 'cf0', '2001:db8::10/64');
    await driver.announceAddress('cf0', '2001:db8::10');
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
