import { describe, expect, it } from 'vitest';
import { createGuestPorts } from '../src/firewall/guest-ports.js';
import {
  type AddressSpec,
  type BridgeVlan,
  type BridgeVlanSpec,
  type DhcpNetwork,
  eachVlan,
  type ForwardingEntrySpec,
  hasBroadcast,
  type Intent,
  InvalidArgumentError,
  type LinkSpec,
  type NeighbourSpec,
  parseAddressSpec,
  parseBridgeVlanRange,
  parseBridgeVlanSpec,
  parseCidr,
  parseDhcpNetwork,
  parseForwardingEntrySpec,
  parseIntent,
  parseIntentGroup,
  parseLinkChanges,
  parseLinkSpec,
  parseNamespaceRef,
  parseNeighbourSpec,
  parseRouteSpec,
  parseRoutingRuleSpec,
  type RouteSpec,
  type RoutingRuleSpec,
  vlanRanges,
} from '../src/index.js';
import { hostileStrings } from './hostile.js';

const refuses = (field: string, work: () => unknown): void => {
  expect(work).toThrow(InvalidArgumentError);
  expect(work).toThrow(expect.objectContaining({ field }));
};

describe('parseLinkSpec', () => {
  const good: LinkSpec[] = [
    {
      kind: 'bridge',
      name: 'br0',
      forwardDelay: 0,
      stp: false,
      up: true,
      mtu: 1450,
      mac: '02:00:00:00:00:01',
    },
    { kind: 'tap', name: 't0', multiQueue: true, owner: 1000, group: 0, master: 'br0' },
    { kind: 'veth', name: 'a', peer: { name: 'b', namespace: { name: 'red' } } },
    { kind: 'veth', name: 'a', peer: { name: 'a', namespace: { pid: 7 } } },
    { kind: 'vlan', name: 'eth0.7', parent: 'eth0', vlanId: 7 },
    { kind: 'vlan', name: 'eth0.7', parent: 'eth0', vlanId: 7, vlanProtocol: '802.1ad' },
    { kind: 'dummy', name: 'd0', master: null, alias: 'guest “web”' },
    { kind: 'tun', name: 'tun0', multiQueue: true, owner: 1000, group: 0 },
    { kind: 'vxlan', name: 'vx0', vni: 0xff_ffff, local: '192.0.2.1', remote: '192.0.2.2', port: 8472 },
    { kind: 'vxlan', name: 'vx0', vni: 0, group: 'ff05::100', parent: 'eth0', learnRemotes: false },
    { kind: 'macvlan', name: 'm0', parent: 'eth0' },
    { kind: 'macvtap', name: 'm0', parent: 'eth0', mode: 'passthru' },
    { kind: 'ifb', name: 'ifb0' },
    { kind: 'ifb', name: 'ifb0', portCost: 65_535, portPriority: 63, multicastRouter: 'never', locked: true },
    { kind: 'bridge', name: 'br0', vlanDefaultPvid: 0, vlanProtocol: '802.1ad', multicastQuerier: true },
    { kind: 'vxlan', name: 'vx0', vni: 1, l2Miss: true, l3Miss: false, maxAddresses: 1, flowLabel: 0xf_ffff },
    { kind: 'vxlan', name: 'vx0', vni: 1, dontFragment: 'inherit', proxy: true, groupPolicy: false },
    { kind: 'vxlan', name: 'vx0', vni: 0, external: true, ttlInherit: true },
    { kind: 'dummy', name: 'd0', altNames: ['another', 'x'.repeat(127)] },
  ];
  it.each(good)('takes %j', (spec) => {
    expect(parseLinkSpec(spec)).toEqual(spec);
  });

  const bridge = { kind: 'bridge', name: 'br0' } as const;
  it.each<[string, unknown]>([
    ['helloTime', { ...bridge, helloTime: 11 }],
    ['maxAge', { ...bridge, maxAge: 5 }],
    ['priority', { ...bridge, priority: 0x1_0000 }],
    ['groupForwardMask', { ...bridge, groupForwardMask: 4 }],
    ['groupForwardMask', { ...bridge, groupForwardMask: '0x4000' }],
    ['kind', { name: 'br0' }],
    ['kind', { kind: 'bond', name: 'b' }],
    ['name', { kind: 'bridge' }],
    ['vlanId', { kind: 'bridge', name: 'br0', vlanId: 7 }],
    ['forwardDelay', { ...bridge, forwardDelay: 31 }],
    ['stp', { ...bridge, stp: 'no' }],
    ['vlanFiltering', { ...bridge, vlanFiltering: 1 }],
    ['isolated', { kind: 'ifb', name: 'i', isolated: 'yes' }],
    ['learning', { kind: 'ifb', name: 'i', learning: null }],
    ['flood', { kind: 'ifb', name: 'i', flood: 0 }],
    ['portCost', { kind: 'ifb', name: 'i', portCost: 0 }],
    ['portCost', { kind: 'ifb', name: 'i', portCost: '77' }],
    ['portPriority', { kind: 'ifb', name: 'i', portPriority: 64 }],
    ['multicastRouter', { kind: 'ifb', name: 'i', multicastRouter: 2 }],
    ['bpduGuard', { kind: 'ifb', name: 'i', bpduGuard: 'on' }],
    ['vlanDefaultPvid', { ...bridge, vlanDefaultPvid: 4095 }],
    ['vlanProtocol', { ...bridge, vlanProtocol: '802.1Q' }],
    ['multicastQuerier', { ...bridge, multicastQuerier: 1 }],
    ['mac', { ...bridge, mac: '01:00:00:00:00:01' }],
    ['mtu', { ...bridge, mtu: 1 }],
    ['master', { ...bridge, master: 'br 1' }],
    ['alias', { ...bridge, alias: 'two\nlines' }],
    ['altNames', { ...bridge, altNames: 'one' }],
    ['altNames[0]', { ...bridge, altNames: ['a b'] }],
    ['altNames[1]', { ...bridge, altNames: ['one', 'one'] }],
    ['vni', { kind: 'vxlan', name: 'vx0', vni: 7, external: true }],
    ['remote', { kind: 'vxlan', name: 'vx0', vni: 0, external: true, remote: '192.0.2.2' }],
    ['alias', { ...bridge, alias: 'é'.repeat(128) }],
    ['owner', { kind: 'tap', name: 't', owner: -1 }],
    ['peer', { kind: 'veth', name: 'a' }],
    ['peer.name', { kind: 'veth', name: 'a', peer: {} }],
    ['peer.name', { kind: 'veth', name: 'a', peer: { name: 'a' } }],
    ['peer.namespace.name', { kind: 'veth', name: 'a', peer: { name: 'b', namespace: { name: '../x' } } }],
    ['vlanId', { kind: 'vlan', name: 'v', parent: 'eth0' }],
    ['vlanProtocol', { kind: 'vlan', name: 'v', parent: 'eth0', vlanId: 7, vlanProtocol: 0x88a8 }],
    ['mac', { kind: 'tun', name: 'tun0', mac: '02:00:00:00:00:01' }],
    ['master', { kind: 'tun', name: 'tun0', master: 'br0' }],
    ['vni', { kind: 'vxlan', name: 'vx0' }],
    ['vni', { kind: 'vxlan', name: 'vx0', vni: 0x100_0000 }],
    ['remote', { kind: 'vxlan', name: 'vx0', vni: 1, remote: '239.1.1.1' }],
    ['group', { kind: 'vxlan', name: 'vx0', vni: 1, group: '192.0.2.1', parent: 'eth0' }],
    ['group', { kind: 'vxlan', name: 'vx0', vni: 1, group: '239.1.1.1', remote: '192.0.2.1', parent: 'a' }],
    ['parent', { kind: 'vxlan', name: 'vx0', vni: 1, group: '239.1.1.1' }],
    ['local', { kind: 'vxlan', name: 'vx0', vni: 1, local: '192.0.2.1', remote: '2001:db8::1' }],
    ['parent', { kind: 'macvlan', name: 'm0' }],
    ['ttl', { kind: 'vxlan', name: 'vx0', vni: 1, ttl: 256 }],
    ['tos', { kind: 'vxlan', name: 'vx0', vni: 1, tos: -1 }],
    ['ageingTime', { kind: 'vxlan', name: 'vx0', vni: 1, ageingTime: 0 }],
    ['udpChecksum', { kind: 'vxlan', name: 'vx0', vni: 1, udpChecksum: 'no' }],
    ['sourcePorts', { kind: 'vxlan', name: 'vx0', vni: 1, sourcePorts: '1-2' }],
    ['sourcePorts.first', { kind: 'vxlan', name: 'vx0', vni: 1, sourcePorts: { first: 0, last: 9 } }],
    ['sourcePorts.last', { kind: 'vxlan', name: 'vx0', vni: 1, sourcePorts: { first: 9, last: 8 } }],
    ['dontFragment', { kind: 'vxlan', name: 'vx0', vni: 1, dontFragment: true }],
    ['flowLabel', { kind: 'vxlan', name: 'vx0', vni: 1, flowLabel: 0x10_0000 }],
    ['maxAddresses', { kind: 'vxlan', name: 'vx0', vni: 1, maxAddresses: 0 }],
    ['l2Miss', { kind: 'vxlan', name: 'vx0', vni: 1, l2Miss: 'yes' }],
    ['mode', { kind: 'macvlan', name: 'm0', parent: 'eth0', mode: 'router' }],
    ['sources', { kind: 'macvlan', name: 'm0', parent: 'eth0', sources: ['02:00:5e:10:00:01'] }],
    [
      'sources[1]',
      { kind: 'macvlan', name: 'm', parent: 'a', mode: 'source', sources: ['02:00:5e:10:00:01', 'x'] },
    ],
    ['nopromisc', { kind: 'macvtap', name: 'm0', parent: 'eth0', mode: 'vepa', nopromisc: true }],
    ['__proto__x', { ...bridge, __proto__x: 1 }],
  ])('names %s', (field, spec) => refuses(field, () => parseLinkSpec(spec as LinkSpec)));

  it.each<[string, unknown]>([
    ['vxlan.vni', { vxlan: { vni: 7 } }],
    ['vxlan.l2Miss', { vxlan: { l2Miss: true } }],
    ['tap.owner', { tap: { owner: -1 } }],
    ['tap.group', { tap: { group: '0' } }],
    ['tap.multiQueue', { tap: { multiQueue: true } }],
    ['macvlan.kind', { macvlan: { kind: 'veth' } }],
    ['vxlan.group', { vxlan: { group: '239.1.1.1', remote: '192.0.2.1' } }],
    ['vxlan.local', { vxlan: { local: '2001:db8::1', remote: '192.0.2.1' } }],
    ['macvlan.mode', { macvlan: { mode: 7 } }],
    ['macvlan.sources', { macvlan: { mode: 'vepa', sources: [] } }],
  ])('changes name %s', (field, changes) => refuses(field, () => parseLinkChanges(changes as object)));

  it('the sources of a macvlan are in order and each there once', () => {
    const sources = ['02:00:5E:10:00:02', '02:00:5e:10:00:01', '02:00:5e:10:00:02'];
    expect(parseLinkChanges({ macvlan: { sources } }).macvlan?.sources).toEqual([
      '02:00:5e:10:00:01',
      '02:00:5e:10:00:02',
    ]);
  });

  it('refuses hostile names everywhere', () => {
    for (const name of hostileStrings) {
      refuses('name', () => parseLinkSpec({ kind: 'bridge', name }));
      refuses('master', () => parseLinkChanges({ master: name }));
      refuses('vxlan.parent', () => parseLinkChanges({ vxlan: { parent: name } }));
      refuses('vxlan.remote', () => parseLinkChanges({ vxlan: { remote: name } }));
      refuses('macvlan.sources[0]', () => parseLinkChanges({ macvlan: { sources: [name] } }));
      refuses('parent', () => parseLinkSpec({ kind: 'vlan', name: 'v', parent: name, vlanId: 1 }));
    }
  });
});

describe('parseAddressSpec and parseRouteSpec', () => {
  it('give canonical values', () => {
    expect(parseAddressSpec({ link: 'a', cidr: '2001:DB8::1/64' }).cidr).toBe('2001:db8::1/64');
    expect(parseRouteSpec({ destination: 'default', via: '192.0.2.1' }).destination).toBe('0.0.0.0/0');
    expect(parseRouteSpec({ destination: 'default', via: '2001:db8::1' }).destination).toBe('::/0');
    const nextHops = [{ via: '2001:DB8::1' }, { via: '2001:db8::2', weight: 256 }];
    expect(parseRouteSpec({ destination: 'default', nextHops })).toEqual({
      destination: '::/0',
      nextHops: [{ via: '2001:db8::1' }, { via: '2001:db8::2', weight: 256 }],
    });
  });

  it('know which networks have a broadcast address', () => {
    const cidrs = ['192.0.2.1/24', '192.0.2.1/31', '192.0.2.1/32', '2001:db8::1/64'];
    expect(cidrs.filter((cidr) => hasBroadcast(parseCidr(cidr)))).toEqual(['192.0.2.1/24']);
  });

  it.each<[string, unknown]>([
    ['link', { cidr: '192.0.2.1/24' }],
    ['cidr', { link: 'a' }],
    ['broadcast', { link: 'a', cidr: '2001:db8::1/64', broadcast: '2001:db8::2' }],
    ['scope', { link: 'a', cidr: '192.0.2.1/24', scope: 'moon' }],
    ['label', { link: 'a', cidr: '192.0.2.1/24', label: 'x y' }],
    ['preferredLifetime', { link: 'a', cidr: '192.0.2.1/24', preferredLifetime: 9, validLifetime: 8 }],
  ])('names %s of an address', (field, spec) => refuses(field, () => parseAddressSpec(spec as AddressSpec)));

  it.each<[string, unknown]>([
    ['destination', {}],
    ['destination', { destination: '192.0.2.1/24' }],
    ['via', { destination: '192.0.2.0/24', via: '2001:db8::1' }],
    ['kind', { destination: '192.0.2.0/24', kind: 'blackhole', via: '198.51.100.1' }],
    ['table', { destination: '192.0.2.0/24', table: 0 }],
    ['protocol', { destination: '192.0.2.0/24', protocol: 'a b' }],
    ['nextHops', { destination: '192.0.2.0/24', nextHops: [{ link: 'a' }] }],
    ['nextHops', { destination: '192.0.2.0/24', nextHops: [{ link: 'a' }, { link: 'b' }], link: 'a' }],
    ['nextHops[1]', { destination: '192.0.2.0/24', nextHops: [{ link: 'a' }, {}] }],
    ['nextHops[1].link', { destination: '192.0.2.0/24', nextHops: [{ link: 'a' }, { link: 'b c' }] }],
    [
      'nextHops[0].weight',
      { destination: '192.0.2.0/24', nextHops: [{ link: 'a', weight: 0 }, { link: 'b' }] },
    ],
    ['nextHops[1].via', { destination: '192.0.2.0/24', nextHops: [{ link: 'a' }, { via: '2001:db8::1' }] }],
    ['kind', { destination: '192.0.2.0/24', kind: 'prohibit', nextHops: [{ link: 'a' }, { link: 'b' }] }],
  ])('names %s of a route', (field, spec) => refuses(field, () => parseRouteSpec(spec as RouteSpec)));
});

describe('parseRoutingRuleSpec', () => {
  it('fills in the family, the action and what holds for every packet', () => {
    const plain = { family: 'ipv4', action: 'lookup', inverted: false, table: 7 };
    expect(parseRoutingRuleSpec({ table: 7 })).toEqual(plain);
    expect(parseRoutingRuleSpec({ table: 7, from: '0.0.0.0/0', mark: 1, markMask: 0xffff_ffff })).toEqual({
      ...plain,
      mark: 1,
    });
    expect(parseRoutingRuleSpec({ table: 7, to: '2001:DB8::/32' })).toEqual({
      ...plain,
      family: 'ipv6',
      to: '2001:db8::/32',
    });
  });

  it.each<[string, unknown]>([
    ['table', {}],
    ['table', { table: 0 }],
    ['table', { table: 7, action: 'prohibit' }],
    ['action', { action: 'goto' }],
    ['priority', { table: 7, priority: -1 }],
    ['from', { table: 7, from: '192.0.2.1/24' }],
    ['from', { table: 7, family: 'ipv6', from: '192.0.2.0/24' }],
    ['to', { table: 7, from: '192.0.2.0/24', to: '2001:db8::/32' }],
    ['mark', { table: 7, mark: 2 ** 32 }],
    ['mark', { table: 7, markMask: 1 }],
    ['inputLink', { table: 7, inputLink: 'a b' }],
    ['inverted', { table: 7, inverted: 1 }],
    ['protocol', { table: 7, protocol: 'a b' }],
    ['tos', { table: 7, tos: 1 }],
  ])('names %s', (field, spec) => refuses(field, () => parseRoutingRuleSpec(spec as RoutingRuleSpec)));
});

describe('parseNeighbourSpec and parseForwardingEntrySpec', () => {
  const mac = '02:00:00:00:00:01';
  it('give canonical values', () => {
    const neighbour = { link: 'a', address: '2001:DB8::1', mac: '02-00-00-00-00-0A' };
    expect(parseNeighbourSpec(neighbour)).toEqual({
      link: 'a',
      address: '2001:db8::1',
      mac: '02:00:00:00:00:0a',
    });
    const entry = { link: 'vx0', mac: '00:00:00:00:00:00', remote: '2001:DB8::1', port: 8472, vni: 7 };
    expect(parseForwardingEntrySpec(entry)).toEqual({ ...entry, remote: '2001:db8::1' });
  });

  it.each<[string, unknown]>([
    ['link', { address: '192.0.2.1', mac }],
    ['address', { link: 'a', address: '239.1.1.1', mac }],
    ['address', { link: 'a', address: '192.0.2.1/24', mac }],
    ['mac', { link: 'a', address: '192.0.2.1' }],
    ['state', { link: 'a', address: '192.0.2.1', mac, state: 'stale' }],
  ])('names %s of a neighbour', (field, spec) =>
    refuses(field, () => parseNeighbourSpec(spec as NeighbourSpec)),
  );

  it.each<[string, unknown]>([
    ['link', { mac }],
    ['mac', { link: 'a' }],
    ['mac', { link: 'a', mac: '01:00:5e:00:00:01' }],
    ['mac', { link: 'a', mac: '00:00:00:00:00:00' }],
    ['vlanId', { link: 'a', mac, vlanId: 4095 }],
    ['vlanId', { link: 'a', mac, vlanId: 7, remote: '192.0.2.1' }],
    ['remote', { link: 'a', mac, remote: '0.0.0.0' }],
    ['port', { link: 'a', mac, port: 4789 }],
    ['vni', { link: 'a', mac, vni: 7 }],
    ['vni', { link: 'a', mac, vni: 0x100_0000, remote: '192.0.2.1' }],
  ])('names %s of a forwarding entry', (field, spec) =>
    refuses(field, () => parseForwardingEntrySpec(spec as ForwardingEntrySpec)),
  );
});

describe('parseBridgeVlanSpec and parseBridgeVlanRange', () => {
  it('say what was left out, and one VLAN in one way', () => {
    const one = { link: 'a', vlanId: 4094 };
    expect(parseBridgeVlanSpec({ ...one, self: false, lastVlanId: 4094, pvid: true })).toEqual({
      ...{ ...one, pvid: true, untagged: false },
    });
    const several = { link: 'br0', self: true, vlanId: 1, lastVlanId: 4094 };
    expect(parseBridgeVlanSpec({ ...several, untagged: true })).toEqual({
      ...{ ...several, pvid: false, untagged: true },
    });
    expect(parseBridgeVlanRange(several)).toEqual(several);
  });

  it.each<[string, unknown]>([
    ['link', { vlanId: 1 }],
    ['link', { link: 'a b', vlanId: 1 }],
    ['vlanId', { link: 'a' }],
    ['vlanId', { link: 'a', vlanId: 0 }],
    ['vlanId', { link: 'a', vlanId: 4095 }],
    ['vlanId', { link: 'a', vlanId: '7' }],
    ['vlanId', { link: 'a', vlanId: '7 self' }],
    ['lastVlanId', { link: 'a', vlanId: 7, lastVlanId: 6 }],
    ['lastVlanId', { link: 'a', vlanId: 7, lastVlanId: 4095 }],
    ['self', { link: 'a', vlanId: 7, self: 'self' }],
    ['master', { link: 'a', vlanId: 7, master: true }],
  ])('name %s', (field, spec) => {
    refuses(field, () => parseBridgeVlanSpec(spec as BridgeVlanSpec));
    refuses(field, () => parseBridgeVlanRange(spec as BridgeVlanSpec));
  });

  it.each<[string, unknown]>([
    ['pvid', { link: 'a', vlanId: 7, lastVlanId: 9, pvid: true }],
    ['pvid', { link: 'a', vlanId: 7, pvid: 1 }],
    ['untagged', { link: 'a', vlanId: 7, untagged: 'untagged' }],
  ])('name %s of a specification', (field, spec) =>
    refuses(field, () => parseBridgeVlanSpec(spec as BridgeVlanSpec)),
  );
});

it('VLANs that are next to each other and treated alike are one entry, of each link its own', () => {
  const vlan = (link: string, vlanId: number, pvid = false) =>
    ({ link, bridge: 'br0', vlanId, pvid, untagged: false }) as BridgeVlan;
  const each = [vlan('b', 3), vlan('a', 4), vlan('a', 2), vlan('a', 1, true), vlan('a', 3), vlan('a', 6)];
  const ranges = [vlan('b', 3), vlan('a', 1, true), { ...vlan('a', 2), lastVlanId: 4 }, vlan('a', 6)];
  expect(vlanRanges(each)).toEqual(ranges);
  expect(vlanRanges(eachVlan(ranges))).toEqual(ranges);
  expect(eachVlan(ranges)).toHaveLength(each.length);
});

describe('parseNamespaceRef', () => {
  it.each([{ name: 'red' }, { path: '/proc/7/ns/net' }, { pid: 7 }])('takes %j', (ref) => {
    expect(parseNamespaceRef(ref)).toEqual(ref);
  });
  it.each<[string, unknown]>([
    ['namespace', {}],
    ['namespace', { name: 'a', pid: 1 }],
    ['namespace', 'red'],
    ['namespace.name', { name: '..' }],
    ['namespace.pid', { pid: 0 }],
    ['namespace.path', { path: 'relative' }],
    ['namespace.path', { path: '/a\0b' }],
  ])('names %s of %j', (field, ref) => refuses(field, () => parseNamespaceRef(ref)));
});

describe('parseIntent', () => {
  const lists = { addresses: [], securityGroups: [] };
  const guest = { kind: 'guest', port: 'tap0', bridge: 'br0', mac: '02:00:5e:10:00:01', ...lists };
  const groupOf = (...rules: unknown[]) => ({ kind: 'security-group', name: 'a', rules });
  it('takes every kind, in canonical form', () => {
    const group = parseIntentGroup({
      key: 'all',
      intents: [
        { kind: 'accept-input', interface: 'br0', protocol: 'udp', ports: [67, 68] },
        { kind: 'forward-policy', bridge: 'br0', policy: 'outbound' },
        { kind: 'source-nat', source: '10.0.0.0/24', to: 'masquerade' },
        { kind: 'source-nat', source: '10.0.0.0/24', destination: '10.9.0.0/16', to: '10.0.0.1' },
        { kind: 'forward-policy', bridge: 'br1', policy: 'open', interfaces: ['eth0', 'eth1'] },
        { kind: 'no-nat', source: '10.0.0.0/24', destination: '10.1.0.0/24' },
        { kind: 'port-forward', address: '203.0.113.1', protocol: 'tcp', port: 80, toAddress: '10.0.0.2' },
        {
          kind: 'redirect',
          protocol: 'tcp',
          address: '169.254.169.254',
          port: 80,
          toAddress: '10.0.0.1',
          toPort: 8775,
        },
        { kind: 'floating-address', floating: '2001:DB8::7', fixed: 'fd00::2' },
        { kind: 'isolate-address', interface: 'eth0', address: '10.0.0.1' },
        { kind: 'dhcp-guard', ports: ['tap0'] },
        {
          kind: 'guest',
          port: 'tap0',
          bridge: 'br0',
          mac: '02-00-5E-10-00-01',
          addresses: ['10.0.0.2', '2001:DB8::/64'],
          securityGroups: ['tenant/web'],
          out: 'groups',
        },
        {
          kind: 'security-group',
          name: 'tenant/web',
          rules: [
            { direction: 'in', protocol: 'tcp', ports: [80, 81], remote: '10.0.0.0/8' },
            { direction: 'in', family: 'ipv6', protocol: 'icmpv6', icmpType: 128, icmpCode: 0 },
            { direction: 'in', protocol: 'udp', remote: { group: 'db' } },
            { direction: 'out' },
          ],
          members: ['10.9.0.7', '2001:db8:9::/64'],
        },
      ],
    });
    expect(group.intents).toHaveLength(13);
    expect(group.intents[11]).toMatchObject({
      mac: '02:00:5e:10:00:01',
      addresses: ['10.0.0.2/32', '2001:db8::/64'],
    });
    expect(group.intents[8]).toMatchObject({ floating: '2001:db8::7' });
  });

  it.each<[string, unknown]>([
    ['intent.kind', { kind: 'magic' }],
    ['intent.bridge', { kind: 'forward-policy', policy: 'open' }],
    ['intent.policy', { kind: 'forward-policy', bridge: 'br0', policy: 'maybe' }],
    ['intent.ports', { kind: 'accept-input', ports: 80 }],
    ['intent.protocol', { kind: 'accept-input', source: '10.0.0.0/8', protocol: 'icmpv6' }],
    ['intent.fixed', { kind: 'floating-address', floating: '192.0.2.1', fixed: 'fd00::1' }],
    ['intent.to', { kind: 'source-nat', source: '10.0.0.0/24', to: 'me' }],
    ['intent.destination', { kind: 'source-nat', source: '10.0.0.0/24', destination: 'x', to: 'masquerade' }],
    ['intent.interfaces', { kind: 'forward-policy', bridge: 'br0', policy: 'closed', interfaces: ['eth0'] }],
    ['intent.interfaces[0]', { kind: 'forward-policy', bridge: 'br0', policy: 'open', interfaces: ['a b'] }],
    ['intent.toPort', { kind: 'source-nat', source: '10.0.0.0/24', to: 'masquerade', toPort: 1 }],
    ['intent.ports[1]', { kind: 'dhcp-guard', ports: ['tap0', 'a b'] }],
    ['intent.ports', { kind: 'dhcp-guard', ports: [] }],
    ['intent.mac', { ...guest, mac: '01:00:5e:00:00:01' }],
    ['intent.addresses', { ...guest, addresses: '10.0.0.2' }],
    ['intent.addresses[1]', { ...guest, addresses: ['10.0.0.2', '10.0.0.1/24'] }],
    ['intent.addresses[0]', { ...guest, addresses: ['224.0.0.1'] }],
    ['intent.securityGroups[0]', { ...guest, securityGroups: ['a b'] }],
    ['intent.out', { ...guest, out: 'closed' }],
    ['intent.name', { kind: 'security-group', name: '..', rules: [] }],
    ['intent.rules', { kind: 'security-group', name: 'a' }],
    ['intent.members', { ...groupOf(), members: '10.0.0.1' }],
    ['intent.members[0]', { ...groupOf(), members: ['web'] }],
    ['intent.rules[0]', groupOf('in')],
    ['intent.rules[0].direction', groupOf({ direction: 'both' })],
    ['intent.rules[0].kind', groupOf({ direction: 'in', kind: 'guest' })],
    ['intent.rules[0].port', groupOf({ direction: 'in', port: 1 })],
    ['intent.rules[0].ports', groupOf({ direction: 'in', ports: 80 })],
    ['intent.rules[0].ports', groupOf({ direction: 'in', protocol: 'icmp', ports: 80 })],
    ['intent.rules[0].icmpType', groupOf({ direction: 'in', protocol: 'tcp', icmpType: 8 })],
    ['intent.rules[0].icmpType', groupOf({ direction: 'in', protocol: 'icmp', icmpType: 255 })],
    ['intent.rules[0].icmpCode', groupOf({ direction: 'in', protocol: 'icmp', icmpCode: 0 })],
    ['intent.rules[0].protocol', groupOf({ direction: 'in', family: 'ipv6', protocol: 'icmp' })],
    ['intent.rules[0].protocol', groupOf({ direction: 'in', protocol: 'icmpv6', remote: '10.0.0.0/8' })],
    ['intent.rules[0].remote', groupOf({ direction: 'in', family: 'ipv6', remote: '10.0.0.0/8' })],
    ['intent.rules[0].remote', groupOf({ direction: 'in', remote: '10.0.0.1/8' })],
    ['intent.rules[0].remote.group', groupOf({ direction: 'in', remote: {} })],
    ['intent.rules[0].remote.name', groupOf({ direction: 'in', remote: { group: 'a', name: 'b' } })],
    ['intent.rules[1].direction', groupOf({ direction: 'in' }, {})],
  ])('names %s', (field, intent) => refuses(field, () => parseIntent(intent)));

  it('refuses hostile strings in every text field', () => {
    const fields: Record<string, Record<string, unknown>> = {
      interface: { kind: 'accept-input' },
      source: { kind: 'accept-input' },
      bridge: { kind: 'forward-policy', policy: 'open' },
      floating: { kind: 'floating-address', fixed: '10.0.0.2' },
      to: { kind: 'source-nat', source: '10.0.0.0/24' },
    };
    for (const value of hostileStrings) {
      for (const field of ['port', 'bridge', 'mac', 'out'])
        refuses(`intent.${field}`, () => parseIntent({ ...guest, [field]: value }));
      for (const field of ['addresses', 'securityGroups'])
        refuses(`intent.${field}[0]`, () => parseIntent({ ...guest, [field]: [value] }));
      refuses('intent.name', () => parseIntent({ kind: 'security-group', name: value, rules: [] }));
      for (const field of ['direction', 'family', 'protocol', 'ports', 'icmpType', 'remote'])
        refuses(`intent.rules[0].${field}`, () =>
          parseIntent(groupOf({ direction: 'in', protocol: 'icmp', [field]: value })),
        );
      refuses('intent.rules[0].remote.group', () =>
        parseIntent(groupOf({ direction: 'in', remote: { group: value } })),
      );
      for (const [field, intent] of Object.entries(fields)) {
        refuses(`intent.${field}`, () => parseIntent({ ...intent, [field]: value }));
      }
      refuses('key', () => parseIntentGroup({ key: value, intents: [] }));
    }
  });
});

describe('createGuestPorts', () => {
  const guestAt = (port: string): Intent => ({
    ...{ kind: 'guest', port, bridge: 'br0', mac: '02:00:5e:10:00:01' },
    ...{ addresses: [], securityGroups: [] },
  });

  it('refuses a port of another guest, of the same group or another, and changes nothing then', () => {
    const ports = createGuestPorts();
    ports.put({ key: 'a', intents: [guestAt('tap0')] });
    refuses('intents[1].port', () => ports.put({ key: 'b', intents: [guestAt('tap1'), guestAt('tap0')] }));
    refuses('intents[1].port', () => ports.put({ key: 'b', intents: [guestAt('tap1'), guestAt('tap1')] }));
    ports.put({ key: 'c', intents: [guestAt('tap1')] });
    ports.put({ key: 'a', intents: [guestAt('tap2')] });
    ports.put({ key: 'b', intents: [guestAt('tap0')] });
    ports.delete('c');
    ports.put({ key: 'b', intents: [guestAt('tap1')] });
    ports.clear();
    ports.put({ key: 'd', intents: [guestAt('tap1')] });
    refuses('intents[0].port', () => ports.put({ key: 'e', intents: [guestAt('tap1')] }));
  });
});

describe('parseDhcpNetwork', () => {
  const network: DhcpNetwork = {
    key: 'lab',
    interface: 'br0',
    network: '10.0.0.0/24',
    serverAddress: '10.0.0.1',
  };

  it('fills in the defaults', () => {
    expect(parseDhcpNetwork(network)).toMatchObject({
      subnets: [{ ranges: [], leaseTime: 86400, gateway: '10.0.0.1', dnsServers: ['10.0.0.1'] }],
      relayed: [],
      unknownClients: 'serve',
      domain: undefined,
      hosts: [],
    });
    expect(parseDhcpNetwork({ ...network, gateway: null }).subnets[0].gateway).toBeUndefined();
    const subnets = [{ network: 'fd00::/64', serverAddress: 'fd00::1' }];
    const relayed = [{ network: '10.9.0.0/24' }];
    expect(parseDhcpNetwork({ ...network, leaseTime: 600, subnets, relayed })).toMatchObject({
      subnets: [{}, { gateway: undefined, dnsServers: ['fd00::1'], leaseTime: 86400, advertise: undefined }],
      relayed: [{ ranges: [], gateway: undefined, leaseTime: 600, dnsServers: ['10.0.0.1'] }],
    });
  });

  const host = { mac: '02:00:00:00:00:01', address: '10.0.0.2', hostname: 'web' };
  it.each<[string, unknown]>([
    ['network', { network: '10.0.0.1/24' }],
    ['serverAddress', { serverAddress: '10.0.1.1' }],
    ['ranges[0].last', { ranges: [{ first: '10.0.0.5', last: '10.0.1.5' }] }],
    ['ranges[0].last', { ranges: [{ first: '10.0.0.9', last: '10.0.0.5' }] }],
    [
      'ranges[0]',
      {
        ranges: [
          { first: '10.0.0.9', last: '10.0.0.12' },
          { first: '10.0.0.5', last: '10.0.0.9' },
        ],
      },
    ],
    ['advertise', { advertise: { mode: 'slaac' } }],
    ['subnets[0].network', { subnets: [{ network: '10.0.0.0/24', serverAddress: '10.0.0.2' }] }],
    [
      'subnets[0].network',
      { subnets: [{ network: 'fd00::/48', serverAddress: 'fd00::1', advertise: { mode: 'slaac' } }] },
    ],
    [
      'subnets[0].gateway',
      { subnets: [{ network: 'fd00::/64', serverAddress: 'fd00::1', gateway: 'fd00::2' }] },
    ],
    ['relayed[0].network', { relayed: [{ network: 'fd00::/64' }] }],
    ['relayed[0].gateway', { relayed: [{ network: '10.9.0.0/24', gateway: '10.0.0.1' }] }],
    ['hosts[0].mac', { hosts: [{ address: '10.0.0.2' }] }],
    ['hosts[0].address', { hosts: [{ duid: '00:01:02', address: '10.0.0.2' }] }],
    ['hosts[0].address', { hosts: [{ mac: '02:00:00:00:00:01', address: ['10.0.0.2', '10.0.0.3'] }] }],
    ['hosts[0].address', { hosts: [{ mac: '02:00:00:00:00:01', address: '10.0.0.2', ignored: true }] }],
    ['hosts[0].ignored', { hosts: [{ mac: '02:00:00:00:00:01', ignored: false }] }],
    [
      'hosts[1].clientId',
      {
        hosts: [
          { clientId: 'FF:01', address: '10.0.0.2' },
          { clientId: 'ff:01', address: '10.0.0.3' },
        ],
      },
    ],
    ['hosts[0].options[0].class', { hosts: [{ ...host, options: [{ option: 6, values: [], class: 'a' }] }] }],
    ['options[0].class', { options: [{ option: 6, values: [], class: 'a' }] }],
    ['options[0].always', { options: [{ option: 6, values: [], always: 1 }] }],
    ['options[0].family', { options: [{ option: 6, values: [], family: 'inet' }] }],
    ['options[0].option', { options: [{ option: 300, values: [] }] }],
    ['boot[0].class', { boot: [{ file: 'a', class: 'a' }] }],
    ['classes[0].match', { classes: [{ name: 'a', match: {} }] }],
    ['classes[0].match', { classes: [{ name: 'a', match: { mac: '02', vendorClass: 'x' } }] }],
    ['forwarders[0].domain', { forwarders: [{ domain: '10.0.0.0/23', servers: [] }] }],
    ['hosts[0].address', { hosts: [{ mac: '02:00:00:00:00:01', address: '10.0.0.1' }] }],
    ['leaseTime', { leaseTime: 60 }],
    ['gateway', { gateway: '10.9.0.1' }],
    ['upstreamServers[0]', { upstreamServers: ['resolver.example'] }],
    ['hosts[0].mac', { hosts: [{ ...host, mac: '01:00:00:00:00:01' }] }],
    ['hosts[1].mac', { hosts: [host, { ...host, address: '10.0.0.3', hostname: 'b' }] }],
    ['hosts[1].address', { hosts: [host, { ...host, mac: '02:00:00:00:00:02', hostname: 'b' }] }],
    ['hosts[1].hostname', { hosts: [host, { ...host, mac: '02:00:00:00:00:02', address: '10.0.0.3' }] }],
    ['hosts[0]', { hosts: [null] }],
    ['options[0].option', { options: [{ option: 0, values: [] }] }],
    ['options[0].option', { options: [{ option: 'a,b', values: [] }] }],
    ['options[0].values[0]', { options: [{ option: 6, values: ['a,b'] }] }],
    ['names[0].name', { names: [{ name: 'a b', address: '10.0.0.9' }] }],
  ])('names %s', (field, change) =>
    refuses(field, () => parseDhcpNetwork({ ...network, ...(change as Partial<DhcpNetwork>) })),
  );

  it('refuses hostile strings in host names, options and domain', () => {
    for (const value of hostileStrings) {
      refuses('domain', () => parseDhcpNetwork({ ...network, domain: value }));
      refuses('hosts[0].hostname', () =>
        parseDhcpNetwork({ ...network, hosts: [{ ...host, hostname: value }] }),
      );
      refuses('interface', () => parseDhcpNetwork({ ...network, interface: value }));
    }
    for (const value of ['', ' ', 'a\nb', 'a,b', 'a\0', 'é', 'x'.repeat(256)]) {
      refuses('options[0].values[0]', () =>
        parseDhcpNetwork({ ...network, options: [{ option: 6, values: [value] }] }),
      );
    }
  });
});
