import type { NetDevDriver, RoutingRuleSpec } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ipAll, sh, testNamespace } from './host.js';

const namespace = testNamespace('rules');
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(() => driver.close());
afterEach(() => {
  for (const family of ['-4', '-6'])
    for (const line of shown(family).reverse())
      sh('ip', '-n', namespace, family, 'rule', 'delete', 'priority', line.split(':')[0] ?? '');
});

/** The rules that somebody made. */
function shown(family = '-4'): string[] {
  return sh('ip', '-n', namespace, '-details', family, 'rule', 'show')
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.includes('proto kernel'));
}

describe('a rule of the driver', () => {
  it.each<[RoutingRuleSpec, string]>([
    [{ from: '192.0.2.0/24', table: 100, priority: 9 }, '9: from 192.0.2.0/24 lookup 100 proto static'],
    [
      { from: '192.0.2.7/32', to: '203.0.113.0/24', table: 70000, priority: 9, protocol: 'dhcp' },
      '9: from 192.0.2.7 to 203.0.113.0/24 lookup 70000 proto dhcp',
    ],
    [{ mark: 0x80000001, table: 254, priority: 9 }, '9: from all fwmark 0x80000001 lookup main proto static'],
    [{ mark: 0, markMask: 0xff, table: 5, priority: 9 }, '9: from all fwmark 0/0xff lookup 5 proto static'],
    [
      { inputLink: 'lo', outputLink: 'eth7', table: 5, priority: 9 },
      '9: from all iif lo oif eth7 [detached] lookup 5 proto static',
    ],
    [
      { from: '10.0.0.0/8', inverted: true, action: 'prohibit', priority: 9 },
      '9: not from 10.0.0.0/8 prohibit proto static',
    ],
    [{ mark: 3, action: 'blackhole', priority: 9 }, '9: from all fwmark 0x3 blackhole proto static'],
    [{ from: '2001:db8::/32', table: 100, priority: 9 }, '9: from 2001:db8::/32 lookup 100 proto static'],
    [
      { family: 'ipv6', mark: 3, action: 'unreachable', priority: 9 },
      '9: from all fwmark 0x3 unreachable proto static',
    ],
  ])('%j is there as ip-rule(8) shows it, once, and goes', async (spec, line) => {
    const family = spec.family === 'ipv6' || spec.from?.includes(':') ? '-6' : '-4';
    expect((await driver.ensureRoutingRule(spec)).changed).toBe(true);
    expect(shown(family)).toEqual([line]);
    expect((await driver.ensureRoutingRule(spec)).changed).toBe(false);
    const { priority: _, ...conditions } = spec;
    expect((await driver.ensureRoutingRule(conditions)).changed).toBe(false);
    expect(shown(family)).toEqual([line]);
    expect(await driver.deleteRoutingRule(spec)).toBe(true);
    expect(shown(family)).toEqual([]);
    expect(await driver.deleteRoutingRule(spec)).toBe(false);
  });

  it('without a priority is put where iproute2 would put it', async () => {
    const { value } = await driver.ensureRoutingRule({ mark: 1, table: 5 });
    await driver.deleteRoutingRule({ mark: 1, table: 5 });
    ipAll(namespace, 'rule add fwmark 1 table 5');
    expect(shown()[0]?.split(':')[0]).toBe(String(value.priority));
  });
});

it('a rule made by iproute2 is shown, and one with conditions of its own is taken for no other', async () => {
  ipAll(
    namespace,
    `rule add priority 9 from 192.0.2.0/24 fwmark 0x10/0xf0 table 100
     rule add priority 10 from 192.0.2.0/24 ipproto tcp dport 80 table 100
     rule add priority 11 from 192.0.2.0/24 tos 0x10 table 100
     rule add priority 12 from 192.0.2.0/24 table 100 suppress_prefixlength 0
     rule add priority 13 goto 32766
     -6 rule add priority 14 to 2001:db8::/32 prohibit`,
  );
  const made = (await driver.listRoutingRules()).filter(({ protocol }) => protocol !== 'kernel');
  const conditions = { family: 'ipv4', from: '192.0.2.0/24', inverted: false };
  const lookup = { action: 'lookup', table: 100 };
  expect(made.map(({ protocol: _, ...rule }) => rule)).toEqual([
    { ...conditions, ...lookup, priority: 9, mark: 16, markMask: 240 },
    { ...conditions, ...lookup, priority: 10, special: true },
    { ...conditions, ...lookup, priority: 11, special: true },
    { ...conditions, ...lookup, priority: 12, special: true },
    { family: 'ipv4', priority: 13, action: 'goto', inverted: false, special: true },
    {
      ...{ family: 'ipv6', priority: 14, action: 'prohibit', to: '2001:db8::/32' },
      ...{ inverted: false },
    },
  ]);
  const spec = { from: '192.0.2.0/24', table: 100 };
  expect(await driver.deleteRoutingRule(spec)).toBe(false);
  expect((await driver.ensureRoutingRule(spec)).changed).toBe(true);
  expect(await driver.deleteRoutingRule(spec)).toBe(true);
  expect(shown()).toHaveLength(5);
});

it('what is asked of no rule at all is refused', async () => {
  await expect(driver.ensureRoutingRule({ table: 5, protocol: 'nonsense' })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  expect(shown()).toEqual([]);
});
