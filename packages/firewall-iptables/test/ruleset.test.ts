import { describe, expect, it } from 'vitest';
import { canonicalRule } from '../src/iptables/canonical-rule.js';
import { editChain } from '../src/ruleset/edit-chain.js';
import { mergeOwnChain, mergeSharedChain } from '../src/ruleset/merge-chain.js';
import { ownChainsOf } from '../src/ruleset/ownership.js';
import { planTable } from '../src/ruleset/plan.js';
import { quotesAreClosed, ruleWords } from '../src/ruleset/rule-words.js';
import { parseSavedTables, type SavedRule } from '../src/ruleset/saved-table.js';

const saved = (...texts: string[]): SavedRule[] =>
  texts.map((text, index) => ({ text, counters: { packets: BigInt(index + 1), bytes: 0n } }));
const guests = (...texts: string[]) => texts.map((text) => ({ text, top: false }));
const goesToOurs = (rule: string): boolean => rule.startsWith('-j own-');

describe('chains that others use too', () => {
  it('a rule that is there stays where it is; a top rule is moved, with the counters it has', () => {
    const present = saved('-j A', '-s 10.0.0.1/32 -j DROP', '-j B', '-s 10.0.0.2/32 -j DROP');
    const wanted = [
      ...guests('-j own-in', '-s 10.0.0.1/32 -j DROP'),
      { text: '-s 10.0.0.2/32 -j DROP', top: true },
    ];
    const merged = mergeSharedChain(present, wanted, [], goesToOurs);
    expect(merged.map(({ text, counters }) => [text, counters?.packets])).toEqual([
      ['-s 10.0.0.2/32 -j DROP', 4n],
      ['-j own-in', undefined],
      ['-j A', 1n],
      ['-s 10.0.0.1/32 -j DROP', 2n],
      ['-j B', 3n],
    ]);
    expect(editChain('FORWARD', present, merged).map((step) => JSON.stringify(step, bigints))).toEqual([
      '{"do":"delete","chain":"FORWARD","text":"-s 10.0.0.2/32 -j DROP"}',
      '{"do":"insert","chain":"FORWARD","position":1,"text":"-s 10.0.0.2/32 -j DROP","counters":{"packets":"4","bytes":"0"}}',
      '{"do":"insert","chain":"FORWARD","position":2,"text":"-j own-in"}',
    ]);
  });

  it('only the jump that is out of place is moved', () => {
    const present = saved('-j own-a', '-j OTHER', '-j own-b');
    const merged = mergeSharedChain(present, guests('-j own-a', '-j own-b'), [], goesToOurs);
    expect(editChain('INPUT', present, merged)).toMatchObject([
      { do: 'delete', text: '-j own-b' },
      { do: 'insert', position: 2, text: '-j own-b', counters: { packets: 3n } },
    ]);
  });

  it('the second of two equal rules is deleted by its number', () => {
    const present = saved('-j X', '-j OTHER', '-j X');
    const merged = mergeOwnChain(present, ['-j X', '-j OTHER']);
    expect(editChain('own-a', present, merged)).toEqual([
      { do: 'delete', chain: 'own-a', text: '-j X', position: 3 },
    ]);
  });
});

describe('ownChainsOf', () => {
  const { chains } = parseSavedTables(
    [
      '*filter',
      ...[':INPUT ACCEPT [0:0]', ':vm-input - [0:0]', ':vm-guest-7 - [0:0]', ':vm-float-snat - [0:0]'],
      ...[':vm-2-input - [0:0]', ':vm-2-guest - [0:0]', ':vmware - [0:0]'],
      ...['-A INPUT -j vm-input', '-A INPUT -j vm-2-input', '-A INPUT -j vmware'],
      'COMMIT',
    ].join('\n'),
  ).get('filter') ?? { chains: new Map() };
  const owned = (owner: string): string[] => [...chains.keys()].filter(ownChainsOf({ chains }, owner));

  it('tells an owner from another whose mark begins alike', () => {
    expect(owned('vm')).toEqual(['vm-input', 'vm-guest-7', 'vm-float-snat']);
    expect(owned('vm-2')).toEqual(['vm-2-input', 'vm-2-guest']);
    expect(owned('v')).toEqual([]);
  });
});

describe('canonicalRule', () => {
  it.each([
    ['-p tcp --dport 80 -s 10.0.0.1 -j ACCEPT', '-s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT'],
    ['-s 10.1.2.3/16 ! -d 10.0.0.0/8 -j DROP', '-s 10.1.0.0/16 ! -d 10.0.0.0/8 -j DROP'],
    ['-s 0.0.0.0/0 -p all -j DROP', '-j DROP'],
    ['-j ACCEPT -p tcp --dport 80 -s 10.0.0.1', '-s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT'],
    ['-j ACCEPT -p icmp -m icmp --icmp-type 8', '-p icmp -m icmp --icmp-type 8 -j ACCEPT'],
    ['-j DROP -m comment --comment abc', '-m comment --comment abc -j DROP'],
    [`-m comment --comment "it's" -j DROP`, `-m comment --comment "it\\'s" -j DROP`],
    ['-m set --match-set blocked src -j DROP', '-m set --match-set blocked src -j DROP'],
    ['-s host.example -j DROP', '-s host.example -j DROP'],
  ])('%s', (rule, canonical) => {
    expect(canonicalRule(rule, 'ipv4')).toBe(canonical);
    expect(canonicalRule(canonical, 'ipv4')).toBe(canonical);
  });

  it('knows both families', () => {
    expect(canonicalRule('-s FD00::0:1 -p icmpv6 -j REJECT', 'ipv6')).toBe(
      '-s fd00::1/128 -p ipv6-icmp -j REJECT --reject-with icmp6-port-unreachable',
    );
  });
});

describe('rule words', () => {
  it.each<[string, string[]]>([
    ['-j ACCEPT', ['-j', 'ACCEPT']],
    ['--comment "two words" -j X', ['--comment', 'two words', '-j', 'X']],
    ['--comment "a \\" b\\\\"', ['--comment', 'a " b\\']],
    ['--comment ""', ['--comment', '']],
  ])('%s', (rule, words) => {
    expect(ruleWords(rule)).toEqual(words);
    expect(quotesAreClosed(rule)).toBe(true);
  });

  it('sees an open quote', () => {
    expect(quotesAreClosed('--comment "a\\" -j X')).toBe(false);
  });
});

it('a table that iptables cannot read is not written', () => {
  const table = parseSavedTables(
    "# Table `filter' is incompatible, use 'nft' tool.\n*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n",
  ).get('filter');
  const wanted = {
    table: 'filter',
    owner: 'own',
    chains: new Map(),
    shared: new Set<string>(),
    guests: new Map(),
    removals: [],
    released: new Set<string>(),
  };
  expect(() => planTable(table ?? { chains: new Map() }, wanted)).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED' }),
  );
});

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
