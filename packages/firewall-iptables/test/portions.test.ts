import { describe, expect, it } from 'vitest';
import { applySteps } from '../src/ruleset/apply-steps.js';
import type { Step, TablePlan } from '../src/ruleset/plan.js';
import { portionsOf } from '../src/ruleset/portions.js';
import { emptyTable } from '../src/ruleset/saved-table.js';

const append = (chain: string, text: string): Step => ({ do: 'append', chain, text, counters: undefined });
const made = (chain: string): Step => ({ do: 'declare', chain, isNew: true });
const planOf = (table: string, ...steps: Step[]): TablePlan => ({
  ...{ table, steps, added: 0, removed: 0, needsFreshLook: false },
});

describe('portionsOf', () => {
  it('writes what nothing leads to yet in portions, and what packets can meet at once, in all tables', () => {
    const texts = Array.from({ length: 25 }, (_, number) => `-s 10.0.0.${number} -j own-page`);
    const before = applySteps(emptyTable, [made('INPUT'), made('own-old'), append('own-old', '-j DROP')]);
    const filter = planOf(
      'filter',
      made('own-new'),
      made('own-page'),
      { do: 'declare', chain: 'own-gone', isNew: false },
      { do: 'fill', chain: 'own-new', texts },
      append('own-page', '-j RETURN'),
      append('own-old', '-j own-new'),
      { do: 'insert', chain: 'INPUT', position: 1, text: '-j own-new', counters: undefined },
      { do: 'remove-chain', chain: 'own-gone' },
    );
    const nat = planOf('nat', append('own-old', '-j ACCEPT'));
    const portions = portionsOf([filter, nat], 10);
    expect(portions.map((plans) => plans.map(({ table, steps }) => `${table} ${steps.length}`))).toEqual([
      ['filter 10'],
      ['filter 10'],
      ['filter 8'],
      ['filter 4', 'nat 1'],
    ]);
    const unseen = portions
      .slice(0, -1)
      .flat()
      .flatMap(({ steps }) => steps);
    expect(new Set(unseen.map(({ chain }) => chain))).toEqual(new Set(['own-new', 'own-page']));
    expect(unseen.slice(0, 2)).toEqual([made('own-new'), made('own-page')]);
    const written = portions
      .flat()
      .filter(({ table }) => table === 'filter')
      .flatMap(({ steps }) => steps);
    expect(applySteps(before, written)).toEqual(applySteps(before, filter.steps));
  });

  it('leaves a change alone that makes no chains', () => {
    const plan = planOf('nat', append('own-old', '-j ACCEPT'), append('own-old', '-j DROP'));
    expect(portionsOf([plan], 1)).toEqual([[plan]]);
  });
});
