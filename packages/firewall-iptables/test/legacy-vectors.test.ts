import { readFileSync } from 'node:fs';
import type { IpFamily } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { IptablesManager, type IptablesTable } from '../src/index.js';
import { canonicalRule } from '../src/iptables/canonical-rule.js';
import { applySteps } from '../src/ruleset/apply-steps.js';
import { planTable } from '../src/ruleset/plan.js';
import { emptyTable, parseSavedTables, type SavedTable } from '../src/ruleset/saved-table.js';

interface Vector {
  name: string;
  use_ipv6: boolean;
  binary_name: string;
  replies: { argv0: string; stdout: string; times?: number }[];
  calls: {
    fn: string;
    args: unknown[];
    kwargs: Record<string, unknown>;
    returns?: unknown;
    raises?: string;
  }[];
  restores: { argv0: string; stdin: string }[];
  rules: Record<string, Record<string, { chains: string[]; unwrapped_chains: string[]; rules: string[] }>>;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('./vectors/iptables.json', import.meta.url), 'utf8'),
);

type Call = Vector['calls'][number];

function play(vector: Vector): {
  manager: IptablesManager;
  returns: unknown[];
  tables: [string, SavedTable][][];
} {
  const manager = new IptablesManager({
    owner: vector.binary_name.slice(0, 16),
    shared: { filterTop: 'nova-filter-top', postroutingBottom: 'nova-postrouting-bottom' },
    ipv6: vector.use_ipv6 ? 'always' : 'never',
  });
  let deferring = false;
  const tables: [string, SavedTable][][] = [];
  const used = new Map<string, number>();
  const save = (argv0: string): Map<string, SavedTable> => {
    const reply = vector.replies.find((each) => {
      const key = JSON.stringify(each);
      if (each.argv0 !== argv0 || (used.get(key) ?? 0) >= (each.times ?? Number.POSITIVE_INFINITY))
        return false;
      used.set(key, (used.get(key) ?? 0) + 1);
      return true;
    });
    return parseSavedTables(reply?.stdout ?? '');
  };
  const apply = (): void => {
    if (!manager.dirty) return;
    const saved = { ipv4: save('iptables-save'), ipv6: vector.use_ipv6 ? save('ip6tables-save') : new Map() };
    const after = manager.tables().map(({ family, table }): [string, SavedTable] => {
      const staged = table.stage();
      const before = saved[family].get(table.name) ?? emptyTable;
      const now = applySteps(before, planTable(before, staged.wanted).steps);
      staged.done();
      return [`${family} ${table.name}`, now];
    });
    tables.push(after);
  };
  const returns = vector.calls.map((call) => {
    const [, second = '', table = '', fn = ''] = call.fn.split('.');
    if (second === 'dirty') return manager.dirty;
    if (second === 'defer_apply_on') deferring = true;
    if (second === 'defer_apply_off') deferring = false;
    if (second === 'apply' || second === 'defer_apply_off') {
      if (!deferring) apply();
      return null;
    }
    if (fn === '') return null;
    return callTable(manager[second as IpFamily][table as 'filter'], fn, call);
  });
  return { manager, returns, tables };
}

function callTable(table: IptablesTable, fn: string, { args, kwargs }: Call): unknown {
  const [name = '', second, third, fourth] = args as [string, unknown, unknown, unknown];
  const isRule = fn === 'add_rule' || fn === 'remove_rule';
  const wrap = (kwargs.wrap ?? (isRule ? third : second) ?? true) as boolean;
  const top = (kwargs.top ?? fourth ?? false) as boolean;
  switch (fn) {
    case 'add_chain':
      return table.addChain(name, { wrap }) ?? null;
    case 'remove_chain':
      return table.removeChain(name, { wrap }) ?? null;
    case 'empty_chain':
      return table.emptyChain(name, { wrap }) ?? null;
    case 'has_chain':
      return (wrap ? table.chains : table.unwrappedChains).has(name);
    case 'add_rule':
      try {
        return table.addRule(name, String(second), { wrap, top }) ?? null;
      } catch {
        return 'ValueError';
      }
    case 'remove_rule':
      table.removeRule(name, String(second), { wrap, top });
      return null;
    case 'remove_rules_regex':
      return table.removeRulesRegex(name);
    default:
      throw new Error(fn);
  }
}

const rulesByChain = (table: SavedTable): Record<string, string[]> =>
  Object.fromEntries(
    [...table.chains]
      .filter(([, { rules }]) => rules.length > 0)
      .map(([name, { rules }]) => [name, rules.map(({ text }) => canonicalRule(text, 'ipv4'))]),
  );

/*
 * Recorded by running the original of these tables (nova.network.linux_net, June 2015). Left out are
 * recordings of its faults (jumps found by substring, foreign rules taken for its own, every second
 * removal left, doubled rules of others dropped), of dumps cut short, and of programs that failed.
 */
describe('what the original did', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const { manager, returns, tables } = play(vector);
    expect(returns).toEqual(vector.calls.map(({ returns, raises }) => raises ?? returns ?? null));
    for (const [family, recorded] of Object.entries(vector.rules)) {
      for (const [name, { chains, unwrapped_chains, rules }] of Object.entries(recorded)) {
        const table = manager[family as IpFamily][name as 'filter'];
        expect([...table.chains].sort()).toEqual(chains);
        expect([...table.unwrappedChains].sort()).toEqual(unwrapped_chains);
        expect(table.rules.map((rule) => table.ruleText(rule))).toEqual(rules);
      }
    }
    const recorded = vector.restores.map(({ stdin }) => parseSavedTables(stdin));
    const ours = tables.flatMap((each) =>
      (['ipv4', 'ipv6'] as const)
        .map((family) => each.filter(([place]) => place.startsWith(family)))
        .filter((list) => list.length > 0),
    );
    expect(ours).toHaveLength(recorded.length);
    ours.forEach((list, index) => {
      for (const [place, table] of list) {
        const theirs = recorded[index]?.get(place.split(' ')[1] ?? '');
        if (theirs === undefined) continue;
        expect(rulesByChain(table)).toEqual(rulesByChain(theirs));
        expect([...table.chains.keys()].sort()).toEqual([...theirs.chains.keys()].sort());
      }
    });
  });
});
