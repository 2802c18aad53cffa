import { describe, expect, it } from 'vitest';
import { IptablesManager, IptablesTable } from '../src/index.js';

const table = (): IptablesTable => {
  const filter = new IptablesTable('filter', 'own');
  filter.addChain('inst-1');
  filter.addChain('inst-10');
  return filter;
};
const texts = (filter: IptablesTable): string[] => filter.rules.map((rule) => filter.ruleText(rule));

describe('IptablesTable', () => {
  it('wraps chains, and writes $targets out', () => {
    const filter = table();
    filter.addRule('inst-1', '-s 10.0.0.1/32 -j $inst-10');
    filter.addRule('FORWARD', '-j $inst-1', { wrap: false });
    expect(texts(filter)).toEqual([
      '[0:0] -A own-inst-1 -s 10.0.0.1/32 -j own-inst-10',
      '[0:0] -A FORWARD -j own-inst-1',
    ]);
    expect(filter.stage().wanted.guests).toEqual(
      new Map([['FORWARD', [{ text: '-j own-inst-1', top: false }]]]),
    );
  });

  it('adds no rule twice', () => {
    const filter = table();
    filter.addRule('inst-1', '-j ACCEPT');
    filter.stage().done();
    filter.addRule('inst-1', '-j ACCEPT');
    expect(filter.rules).toHaveLength(1);
    expect(filter.dirty).toBe(false);
  });

  it('puts top rules before the others of their chain', () => {
    const filter = table();
    filter.addRule('inst-1', '-j DROP');
    filter.addRule('inst-1', '-j ACCEPT', { top: true });
    expect(filter.stage().wanted.chains.get('own-inst-1')).toEqual(['-j ACCEPT', '-j DROP']);
  });

  it('removes a chain with the jumps to it, and not those to a longer name', () => {
    const filter = table();
    filter.addRule('FORWARD', '-j $inst-1', { wrap: false });
    filter.addRule('FORWARD', '-j $inst-10', { wrap: false });
    filter.addRule('inst-1', '-j DROP');
    filter.removeChain('inst-1');
    expect(texts(filter)).toEqual(['[0:0] -A FORWARD -j own-inst-10']);
    expect(filter.stage().wanted.removals).toEqual([{ chain: 'FORWARD', text: '-j own-inst-1' }]);
  });

  it('removes by pattern, every match', () => {
    const filter = table();
    for (const port of [1, 2, 3, 4]) filter.addRule('inst-1', `-p tcp -m tcp --dport ${port} -j ACCEPT`);
    expect(filter.removeRulesRegex(/.*--dport [123] /g)).toBe(3);
    expect(texts(filter)).toEqual(['[0:0] -A own-inst-1 -p tcp -m tcp --dport 4 -j ACCEPT']);
  });

  it.each([
    '-j ACCEPT\n-A INPUT -j ACCEPT',
    '',
    '  ',
    '-m comment --comment "a -j ACCEPT',
    '-j A\0',
    '-j ÄCCEPT',
    7 as unknown as string,
  ])('refuses the rule %j', (rule) => {
    const filter = table();
    filter.stage().done();
    expect(() => filter.addRule('inst-1', rule)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'rule' }),
    );
    expect(filter.dirty).toBe(false);
  });

  it('refuses a rule in a wrapped chain that was not made, and chains with strange names', () => {
    expect(() => table().addRule('nowhere', '-j ACCEPT')).toThrow(
      expect.objectContaining({ field: 'chain' }),
    );
    for (const name of ['', 'a b', '-x', 'a\n'])
      expect(() => table().addChain(name)).toThrow(expect.objectContaining({ field: 'chain' }));
  });
});

describe('IptablesManager', () => {
  it('has the chains that legacy callers know', () => {
    const manager = new IptablesManager({
      owner: 'nova-network',
      shared: { filterTop: 'nova-filter-top', postroutingBottom: 'nova-postrouting-bottom' },
    });
    expect(texts(manager.ipv4.filter)).toEqual([
      '[0:0] -A FORWARD -j nova-filter-top',
      '[0:0] -A OUTPUT -j nova-filter-top',
      '[0:0] -A nova-filter-top -j nova-network-local',
      '[0:0] -A INPUT -j nova-network-INPUT',
      '[0:0] -A OUTPUT -j nova-network-OUTPUT',
      '[0:0] -A FORWARD -j nova-network-FORWARD',
    ]);
    expect(texts(manager.ipv4.nat)).toEqual([
      '[0:0] -A PREROUTING -j nova-network-PREROUTING',
      '[0:0] -A OUTPUT -j nova-network-OUTPUT',
      '[0:0] -A POSTROUTING -j nova-network-POSTROUTING',
      '[0:0] -A POSTROUTING -j nova-postrouting-bottom',
      '[0:0] -A nova-postrouting-bottom -j nova-network-snat',
      '[0:0] -A nova-network-snat -j nova-network-float-snat',
    ]);
    expect(texts(manager.ipv4.mangle)).toEqual(['[0:0] -A POSTROUTING -j nova-network-POSTROUTING']);
    expect(manager.dirty).toBe(true);
  });
});
