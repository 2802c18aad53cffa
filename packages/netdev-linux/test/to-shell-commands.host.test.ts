import { execFileSync } from 'node:child_process';
import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev, toShellCommands } from 'netdev-linux';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ipJson, shownAddresses, shownRoutes, testNamespace } from './host.js';

const [byDriver, byHand, far] = [
  testNamespace('shell-driver'),
  testNamespace('shell-hand'),
  testNamespace('shell-far'),
];
const told: NetDevOperation[] = [];
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({
    namespace: { name: byDriver },
    onOperation: (operation) => told.push(operation),
  });
});
afterAll(() => driver.close());

/** All that can be asked of a device here; names are among them that are words of iproute2. */
const operations: NetDevOperation[] = [
  {
    do: 'create-link',
    spec: {
      ...({
        kind: 'bridge',
        name: 'br0',
        mac: '02:00:00:00:00:01',
        mtu: 1400,
        alias: 'two "words"',
        up: true,
      } as const),
      ...{ forwardDelay: 3, stp: true, ageingTime: 100, multicastSnooping: false },
    },
  },
  {
    do: 'create-link',
    spec: {
      ...({
        kind: 'veth',
        name: 'up',
        mac: '02:00:00:00:00:02',
        master: 'br0',
        up: true,
        isolated: true,
      } as const),
      peer: { name: 'type', mac: '02:00:00:00:00:03', mtu: 1300, up: true },
    },
  },
  {
    do: 'create-link',
    spec: {
      ...({
        kind: 'tap',
        name: 'tap0',
        mac: '02:00:00:00:00:04',
        multiQueue: true,
        owner: 1000,
        group: 1001,
      } as const),
      ...{ promiscuous: true, allMulticast: true },
    },
  },
  { do: 'create-link', spec: { kind: 'veth', name: 'a', mac: '02:00:00:00:00:05', peer: { name: 'b' } } },
  { do: 'move-link', name: 'b', namespace: { name: 'shell-far' } },
  { do: 'update-link', name: 'br0', changes: { bridge: { stp: false, forwardDelay: 0 }, mtu: 1280 } },
  { do: 'update-link', name: 'up', changes: { master: null, name: 'down', alias: 'renamed' } },
  { do: 'update-link', name: 'down', changes: { altNames: ['first-name', 'a-name-longer-than-others'] } },
  {
    do: 'update-link',
    name: 'down',
    changes: { name: 'first-name', altNames: ['down'], dropAltNames: ['first-name'] },
  },
  { do: 'update-link', name: 'first-name', changes: { name: 'down', dropAltNames: ['down'] } },
  { do: 'create-link', spec: { kind: 'tun', name: 'tun0', owner: 1000, multiQueue: true } },
  {
    do: 'create-link',
    spec: {
      ...({ kind: 'vxlan', name: 'vx0', vni: 5, mac: '02:00:00:00:00:06' } as const),
      ...{ local: '192.0.2.1', remote: '192.0.2.77', parent: 'a', learnRemotes: false },
      ...{ ttl: 7, tos: 16, udpChecksum: false, sourcePorts: { first: 50_000, last: 50_009 } },
    },
  },
  {
    do: 'update-link',
    name: 'vx0',
    changes: { vxlan: { remote: '192.0.2.78', ageingTime: 60, learnRemotes: true, ttl: 0, tos: 1 } },
  },
  {
    do: 'create-link',
    spec: { kind: 'macvlan', name: 'mv0', parent: 'a', mac: '02:00:00:00:00:07', mode: 'private' },
  },
  {
    do: 'update-link',
    name: 'mv0',
    changes: { macvlan: { mode: 'source', sources: ['02:00:5e:10:00:01'] } },
  },
  { do: 'create-link', spec: { kind: 'macvtap', name: 'mt0', parent: 'a', mac: '02:00:00:00:00:08' } },
  { do: 'add-address', spec: { link: 'a', cidr: '192.0.2.1/24' } },
  {
    do: 'add-address',
    spec: { link: 'br0', cidr: '198.51.100.1/24', broadcast: null, label: 'br0:x', scope: 'link' },
  },
  { do: 'add-address', spec: { link: 'br0', cidr: '198.51.100.9/31' } },
  { do: 'add-address', spec: { link: 'br0', cidr: '2001:db8::1/64', skipDuplicateDetection: true } },
  { do: 'add-address', spec: { link: 'br0', cidr: '203.0.113.1/24' } },
  { do: 'delete-address', link: 'a', cidr: '192.0.2.1/24' },
  {
    do: 'add-route',
    spec: { destination: 'default', via: '203.0.113.9', metric: 7, source: '203.0.113.1', mtu: 1200 },
  },
  { do: 'add-route', spec: { destination: '10.0.0.0/8', link: 'br0', table: 70000, protocol: 'dhcp' } },
  { do: 'add-route', spec: { destination: '10.1.0.0/16', via: '172.16.0.1', link: 'br0', onLink: true } },
  { do: 'add-route', spec: { destination: '10.2.0.0/16', kind: 'blackhole' } },
  { do: 'add-route', spec: { destination: 'default', via: '2001:db8::9' } },
  {
    do: 'add-route',
    spec: {
      destination: '10.4.0.0/16',
      nextHops: [
        { via: '203.0.113.9', weight: 2 },
        { via: '172.16.0.1', link: 'br0', onLink: true },
      ],
    },
  },
  { do: 'add-route', spec: { destination: '2001:db8:3::/48', kind: 'unreachable' } },
  { do: 'add-route', spec: { destination: '2001:db8:2::/48', via: '2001:db8::9', metric: 5 } },
  { do: 'add-route', spec: { destination: '10.3.0.0/16', via: '203.0.113.9' } },
  { do: 'delete-route', spec: { destination: '10.3.0.0/16', via: '203.0.113.9' } },
  { do: 'add-routing-rule', spec: { from: '192.0.2.0/24', mark: 3, markMask: 255, table: 100, priority: 9 } },
  { do: 'add-routing-rule', spec: { from: '10.0.0.0/8', inverted: true, action: 'prohibit' } },
  { do: 'add-routing-rule', spec: { family: 'ipv6', inputLink: 'br0', outputLink: 'not', table: 70000 } },
  { do: 'add-routing-rule', spec: { to: '2001:db8::/32', table: 100, priority: 7 } },
  { do: 'delete-routing-rule', spec: { to: '2001:db8::/32', table: 100, priority: 7 } },
  { do: 'add-neighbour', spec: { link: 'br0', address: '203.0.113.7', mac: '02:00:00:00:00:0a' } },
  { do: 'add-neighbour', spec: { link: 'br0', address: '203.0.113.8', mac: '02:00:00:00:00:0b' } },
  { do: 'delete-neighbour', link: 'br0', address: '203.0.113.7' },
  { do: 'update-link', name: 'vx0', changes: { master: 'br0', learning: false } },
  { do: 'add-forwarding-entry', spec: { link: 'vx0', mac: '02:00:00:00:00:0c' } },
  { do: 'add-forwarding-entry', spec: { link: 'vx0', mac: '02:00:00:00:00:0c', remote: '192.0.2.78' } },
  {
    do: 'add-forwarding-entry',
    spec: { link: 'vx0', mac: '00:00:00:00:00:00', remote: '192.0.2.78', port: 8472, vni: 7 },
  },
  { do: 'add-forwarding-entry', spec: { link: 'vx0', mac: '02:00:00:00:00:0d' } },
  { do: 'delete-forwarding-entry', spec: { link: 'vx0', mac: '02:00:00:00:00:0d' } },
  { do: 'set-forwarding', family: 'ipv4', enabled: true },
  { do: 'set-forwarding', family: 'ipv6', enabled: true },
];

it('what is typed gives what the driver gives', async () => {
  await driver.batch(operations);
  expect(told.map((operation) => operation.do)).toEqual(operations.map((operation) => operation.do));
  const driven = state(byDriver);
  expect([driven.links.length, driven.routes.length]).toEqual([
    10,
    expect.toSatisfy((count: number) => count > 8),
  ]);
  // It makes room for the one that comes from the other namespace by the same name.
  execFileSync('ip', ['-n', far, 'link', 'set', 'dev', 'b', 'name', 'first']);
  for (const operation of operations) {
    for (const [command = '', ...args] of toShellCommands(operation, { name: byHand }))
      execFileSync(command, args);
  }
  expect(state(byHand)).toEqual(driven);
});

interface ShownLink {
  ifname: string;
  flags: string[];
  mtu: number;
  address: string;
  master?: string;
  ifalias?: string;
  linkinfo?: { info_kind: string; info_data?: Record<string, unknown> };
}

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

function state(namespace: string) {
  const links = ipJson<ShownLink>(namespace, '-details', 'link', 'show');
  const data = [
    'forward_delay',
    'stp_state',
    'ageing_time',
    'type',
    'multi_queue',
    'persist',
    'user',
    'group',
    ...['id', 'local', 'remote', 'link', 'port', 'learning', 'mode'],
  ];
  return {
    links: links
      .map(({ ifname, flags, mtu, address, master, ifalias, linkinfo }) => ({
        name: ifname,
        ...{ mtu, address, master, ifalias },
        flags: flags.filter((flag) => ['UP', 'PROMISC', 'ALLMULTI'].includes(flag)),
        kind: linkinfo?.info_kind,
        data: Object.fromEntries(
          Object.entries(linkinfo?.info_data ?? {}).filter(([name]) => data.includes(name)),
        ),
      }))
      .sort(byName),
    addresses: links.map(({ ifname }) => [ifname, shownAddresses(namespace, ifname)]).sort(),
    routes: shownRoutes(namespace),
    rules: ['-4', '-6'].map((each) => ipJson(namespace, each, '-details', 'rule', 'show')),
    neighbours: ipJson(namespace, 'neighbour', 'show', 'nud', 'permanent'),
    forwardingEntries: JSON.parse(
      execFileSync('bridge', ['-n', namespace, '-json', 'fdb', 'show', 'dev', 'vx0'], { encoding: 'utf8' }),
    ),
    forwarding: execFileSync(
      'ip',
      ['netns', 'exec', namespace, 'sysctl', 'net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'],
      { encoding: 'utf8' },
    ),
  };
}
