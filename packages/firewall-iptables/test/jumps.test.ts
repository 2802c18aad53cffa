import { InvalidArgumentError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { parseRuleText } from '../src/iptables/rule-text.js';
import { IptablesTable } from '../src/iptables/table.js';
import { checkJumps } from '../src/ruleset/jumps.js';
import { planTable } from '../src/ruleset/plan.js';
import { emptyTable } from '../src/ruleset/saved-table.js';

const jumpsOf = (...pairs: [string, string][]) => {
  const jumps = new Map<string, { to: string; rule: string }[]>();
  for (const [from, to] of pairs)
    jumps.set(from, [...(jumps.get(from) ?? []), { to, rule: `-s 10.0.0.1 -j ${to}` }]);
  return jumps;
};
const nothingMissing = (): boolean => false;

describe('jumps of rules written by hand', () => {
  it('may meet again, and end in a target that is no chain', () => {
    const jumps = jumpsOf(['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd'], ['d', 'ACCEPT'], ['e', 'a']);
    expect(() => checkJumps(jumps, nothingMissing)).not.toThrow();
  });

  it.each([
    [['a', 'a']],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [
      ['x', 'a'],
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'c'],
      ['c', 'ACCEPT'],
      ['c', 'b'],
    ],
  ] as [string, string][][])('may not lead back: %j', (...pairs) => {
    expect(() => checkJumps(jumpsOf(...pairs), nothingMissing)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'rule' }),
    );
  });

  it('may not go to a chain of ours that is not there', () => {
    expect(() => checkJumps(jumpsOf(['a', 'own-gone']), (chain) => chain === 'own-gone')).toThrow(
      InvalidArgumentError,
    );
  });

  it('are followed through ten thousand chains in a row, and through as many ways as there may be', () => {
    const chain = (number: number): string => `c${number}`;
    const row = Array.from({ length: 10_000 }, (_, number): [string, string][] => [
      [chain(number), chain(number + 1)],
      [chain(number), chain(number + 2)],
    ]).flat();
    expect(() => checkJumps(jumpsOf(...row), nothingMissing)).not.toThrow();
    expect(() => checkJumps(jumpsOf(...row, [chain(10_000), chain(5)]), nothingMissing)).toThrow(
      InvalidArgumentError,
    );
  });

  it('of a raw table are checked when its change is planned', () => {
    const table = new IptablesTable('filter', 'own');
    table.addChain('one');
    table.addChain('two');
    table.addRule('one', '-j $two');
    table.addRule('FORWARD', '-g $one', { wrap: false });
    const plan = () => planTable(emptyTable, table.stage().wanted);
    expect(plan().added).toBe(2);
    table.addRule('two', '-p tcp --dport 80 --jump own-one');
    expect(plan).toThrow(expect.objectContaining({ field: 'rule' }));
    table.removeRule('two', '-p tcp --dport 80 --jump own-one');
    expect(plan().added).toBe(2);
    table.addRule('two', '-j $three');
    expect(plan).toThrow(
      expect.objectContaining({ field: 'rule', message: expect.stringContaining('own-three') }),
    );
    const keeping = new IptablesTable('filter', 'own', { faults: 'keep' });
    keeping.addChain('one');
    keeping.addRule('one', '-j $one');
    expect(keeping.stage().wanted.jumps?.size).toBe(0);
  });
});

describe('the text of a rule', () => {
  it.each([
    '-j ACCEPT\n-A INPUT -j DROP',
    '-j ACCEPT\r-A INPUT -j DROP',
    '-j ACCEPT\0',
    '-j ACCEPT -A INPUT',
    '-AINPUT -j ACCEPT',
    '-j ACCEPT --append INPUT',
    '-j ACCEPT --delete=INPUT',
    '-F',
    '-j ACCEPT -t nat',
    '-j ACCEPT -tnat',
    '-j ACCEPT --table nat',
    '--tab=nat -j ACCEPT',
    '-j ACCEPT --modprobe=/tmp/evil',
    '-j ACCEPT --modpr /tmp/evil',
    '-M /tmp/evil -j ACCEPT',
    '-m comment --comment "open -j ACCEPT',
    '',
    '   ',
    undefined,
  ])('is one rule and nothing else: %j', (text) => {
    expect(() => parseRuleText(text)).toThrow(InvalidArgumentError);
  });

  it.each([
    '-m comment --comment "-A INPUT --modprobe=x -t nat" -j ACCEPT',
    '-m policy --dir in --pol none -j ACCEPT',
    '-j SET --del-set gone src',
    '-m recent --update --seconds 60 -j DROP',
    '-m statistic --mode random --probability 0.5 -j DROP',
    '-m set --match-set names src -j RETURN',
    '-f -j ACCEPT',
    '! -i eth0 -p tcp --tcp-flags SYN,ACK SYN -j CT --notrack',
  ])('may be any other: %s', (text) => {
    expect(parseRuleText(text)).toBe(text);
  });
});
