import type { ForwardingEntry, NetDevEvent, RoutingRule } from 'netdev-core';
import { expect, it } from 'vitest';
import { differences, knownOf, remember, type Snapshot } from '../src/driver/watched.js';

const nothing: Snapshot = {
  links: [],
  addresses: [],
  routes: [],
  neighbours: [],
  forwardingEntries: [],
  rules: [],
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
  const known = knownOf({ ...nothing, rules: [rule(1)], forwardingEntries: [entry('a', '01')] });
  remember(known, { type: 'routing-rule-removed', rule: rule(1) });
  remember(known, { type: 'routing-rule-added', rule: rule(2) });
  remember(known, { type: 'forwarding-entry-changed', entry: entry('b', '01') });
  const after = knownOf({ ...nothing, rules: [rule(2)], forwardingEntries: [entry('b', '01')] });
  expect([...differences(known, after)]).toEqual([]);
});
