import type {
  Address,
  BridgeVlan,
  ForwardingEntry,
  Link,
  NetDevEvent,
  Route,
  RoutingRule,
} from 'netdev-core';
import { expect, it } from 'vitest';
import { differences, knownOf, remember, type Snapshot } from '../src/driver/watched.js';

const nothing: Snapshot = {
  links: [],
  addresses: [],
  routes: [],
  neighbours: [],
  forwardingEntries: [],
  rules: [],
  bridgeVlans: [],
};
const entry = (link: string, mac: string, more: object = {}) =>
  ({ link, mac: `02:00:00:00:00:${mac}`, origin: 'static', bridge: 'br0', ...more }) as ForwardingEntry;
const rule = (priority: number, more: object = {}) =>
  ({
    ...{ family: 'ipv4', priority, action: 'lookup', table: 7, inverted: false, protocol: 'static' },
    ...more,
  }) as RoutingRule;
const between = (before: Partial<Snapshot>, after: Partial<Snapshot>): NetDevEvent[] => [
  ...differences(knownOf({ ...nothing, ...before }), knownOf({ ...nothing, ...after })),
];

it('after lost events, entries that went, came, moved and stayed are told for what they are', () => {
  const before = [entry('a', '01'), entry('a', '02'), entry('a', '03'), entry('a', '04', { vlanId: 7 })];
  const after = [
    entry('a', '01'),
    entry('b', '02'),
    entry('a', '04', { vlanId: 7, origin: 'learned' }),
    entry('a', '04'),
  ];
  expect(between({ forwardingEntries: before }, { forwardingEntries: after })).toEqual([
    { type: 'forwarding-entry-removed', entry: entry('a', '03') },
    { type: 'forwarding-entry-changed', entry: entry('b', '02') },
    { type: 'forwarding-entry-changed', entry: entry('a', '04', { vlanId: 7, origin: 'learned' }) },
    { type: 'forwarding-entry-changed', entry: entry('a', '04') },
  ]);
});

it('a vxlan has several hosts for what is not listed, and one for each address that is', () => {
  const host = (mac: string, remote: string): ForwardingEntry => {
    const { bridge: _, ...shown } = entry('vx0', '01');
    return { ...shown, mac, remote } as ForwardingEntry;
  };
  const zeros = '00:00:00:00:00:00';
  const before = [
    ...[host(zeros, '192.0.2.1'), host(zeros, '192.0.2.2')],
    host('02:00:00:00:00:01', '192.0.2.1'),
  ];
  const after = [host(zeros, '192.0.2.2'), host('02:00:00:00:00:01', '192.0.2.2')];
  expect(between({ forwardingEntries: before }, { forwardingEntries: after })).toEqual([
    { type: 'forwarding-entry-removed', entry: before[0] },
    { type: 'forwarding-entry-changed', entry: after[1] },
  ]);
});

it('after lost events, rules that went and came are told; one with another table is another rule', () => {
  const before = [rule(1), rule(2), rule(3, { from: '192.0.2.0/24' })];
  const after = [rule(1), rule(2, { table: 8 }), rule(3, { from: '192.0.2.0/24' }), rule(3)];
  expect(between({ rules: before }, { rules: after })).toEqual([
    { type: 'routing-rule-removed', rule: rule(2) },
    { type: 'routing-rule-added', rule: rule(2, { table: 8 }) },
    { type: 'routing-rule-added', rule: rule(3) },
  ]);
});

it('what was told is not told again as a difference', () => {
  let known = knownOf({ ...nothing, rules: [rule(1)], forwardingEntries: [entry('a', '01')] });
  known = remember(known, { type: 'routing-rule-removed', rule: rule(1) });
  known = remember(known, { type: 'routing-rule-added', rule: rule(2) });
  known = remember(known, { type: 'forwarding-entry-changed', entry: entry('b', '01') });
  const after = knownOf({ ...nothing, rules: [rule(2)], forwardingEntries: [entry('b', '01')] });
  expect([...differences(known, after)]).toEqual([]);
});

const link = (index: number, name: string, more: object = {}) =>
  ({
    index,
    name,
    kind: 'veth',
    mtu: 1500,
    flags: new Set(),
    up: true,
    operState: 'up',
    ...more,
  }) as unknown as Link;
const vlan = (name: string, vlanId: number, more: object = {}) =>
  ({ link: name, bridge: 'br0', vlanId, pvid: false, untagged: false, ...more }) as BridgeVlan;
const address = (name: string, cidr: string) => ({ link: name, cidr, scope: 'global' }) as Address;

/** A host by the name that its port has. */
const host = (name: string): Partial<Snapshot> => ({
  links: [
    link(1, 'br0', { kind: 'bridge' }),
    link(2, name, { master: 'br0' }),
    link(3, 'up', { parent: name }),
  ],
  addresses: [address(name, '192.0.2.1/24')],
  routes: [
    { destination: '0.0.0.0/0', table: 254, nextHops: [{ link: name, weight: 1 }] } as unknown as Route,
  ],
  forwardingEntries: [entry(name, '01')],
  bridgeVlans: [vlan(name, 7)],
});

it('a link with another name is told of, and nothing that it has, also where the event about it was lost', () => {
  const changed = [{ type: 'link-changed', link: link(2, 'b', { master: 'br0' }) }];
  expect(between(host('a'), host('b'))).toEqual(changed);
  const known = remember(knownOf({ ...nothing, ...host('a') }), changed[0] as NetDevEvent);
  expect([...differences(known, knownOf({ ...nothing, ...host('b') }))]).toEqual([]);
});

it('two links that change names are not taken for each other', () => {
  const links = (one: string, other: string): Partial<Snapshot> => ({
    links: [link(1, one), link(2, other)],
    addresses: [address(one, '192.0.2.1/24'), address(other, '192.0.2.2/24')],
  });
  expect(between(links('a', 'b'), links('b', 'a')).map(({ type }) => type)).toEqual([
    'link-changed',
    'link-changed',
  ]);
});

it('after lost events, VLANs that a link left and came into are told, those alike and next to each other as one', () => {
  const links = [link(1, 'br0', { kind: 'bridge' }), link(2, 'a', { master: 'br0' })];
  const before = [vlan('a', 1, { pvid: true }), vlan('a', 10, { lastVlanId: 14 }), vlan('br0', 1)];
  const after = [vlan('a', 1), vlan('a', 12, { lastVlanId: 20 }), vlan('br0', 1)];
  expect(between({ links, bridgeVlans: before }, { links, bridgeVlans: after })).toEqual([
    { type: 'bridge-vlan-removed', vlan: vlan('a', 10, { lastVlanId: 11 }) },
    { type: 'bridge-vlan-changed', vlan: vlan('a', 1) },
    { type: 'bridge-vlan-changed', vlan: vlan('a', 15, { lastVlanId: 20 }) },
  ]);
});
