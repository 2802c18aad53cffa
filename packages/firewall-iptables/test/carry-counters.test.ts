import { describe, expect, it } from 'vitest';
import { wholeOf } from '../src/intents/page-names.js';
import { applySteps } from '../src/ruleset/apply-steps.js';
import { carryCounters } from '../src/ruleset/carry-counters.js';
import type { Step } from '../src/ruleset/plan.js';
import { planTable } from '../src/ruleset/plan.js';
import { parseSavedTables, type SavedTable } from '../src/ruleset/saved-table.js';
import type { WantedTable } from '../src/ruleset/wanted-table.js';

const tableOf = (...lines: string[]): SavedTable =>
  parseSavedTables(['*nat', ...lines, 'COMMIT', ''].join('\n')).get('nat') as SavedTable;

/** The rules with their packets. */
const rulesOf = ({ chains }: SavedTable): Record<string, string[]> =>
  Object.fromEntries(
    [...chains].map(([chain, { rules }]) => [
      chain,
      rules.map(({ text, counters }) => `${counters?.packets ?? 0n} ${text}`),
    ]),
  );

const whole = (chain: string): string => `own-${wholeOf(chain.slice('own-'.length))}`;

describe('carryCounters', () => {
  it('lets a rule that goes to another page keep its counters, and none that stays or is only alike', () => {
    const saved = tableOf(
      ':own-pre-float - [0:0]',
      ':own-i0.page - [0:0]',
      ':own-l0.other - [0:0]',
      '[1:60] -A own-pre-float -j A',
      '[2:120] -A own-i0.page -j B',
      '[3:180] -A own-i0.page -j C',
      '[4:240] -A own-i0.page -j C',
      '[5:300] -A own-l0.other -j D',
    );
    expect([whole('own-i0.page'), whole('own-l0.other')]).toEqual(['own-pre-float', 'own-out-float']);
    const steps: Step[] = [
      { do: 'declare', chain: 'own-i0.page', isNew: false },
      { do: 'delete', chain: 'own-l0.other', text: '-j D', position: undefined },
      { do: 'fill', chain: 'own-pre-float', texts: ['-j A', '-j B', '-j C', '-j D'] },
      { do: 'insert', chain: 'own-pre-float', position: 1, text: '-j C', counters: undefined },
      { do: 'remove-chain', chain: 'own-i0.page' },
    ];
    const { steps: carrying, carried } = carryCounters(saved, steps, whole);
    expect(carried).toBe(3);
    expect(rulesOf(applySteps(saved, carrying))).toEqual({
      'own-pre-float': ['4 -j C', '1 -j A', '0 -j A', '2 -j B', '3 -j C', '0 -j D'],
      'own-l0.other': [],
    });
  });
});

describe('planTable', () => {
  it('counts rules that go to another page neither as new nor as gone, and asks for their latest counters', () => {
    const saved = tableOf(
      ':PREROUTING ACCEPT [0:0]',
      ':own-pre-float - [0:0]',
      '[1:60] -A own-pre-float -j A',
      '[2:120] -A own-pre-float -j B',
      '[3:180] -A own-pre-float -j C',
    );
    const wanted: WantedTable = {
      ...{ table: 'nat', owner: 'own', wholeOf: whole },
      chains: new Map([
        ['own-pre-float', ['-j A', '-j own-i0.page']],
        ['own-i0.page', ['-j new', '-j B', '-j C']],
      ]),
      ...{ shared: new Set(), guests: new Map(), removals: [], released: new Set() },
    };
    const plan = planTable(saved, wanted);
    expect(plan).toMatchObject({ added: 2, removed: 0, needsFreshLook: true });
    expect(rulesOf(applySteps(saved, plan.steps))).toEqual({
      PREROUTING: [],
      'own-pre-float': ['1 -j A', '0 -j own-i0.page'],
      'own-i0.page': ['0 -j new', '2 -j B', '3 -j C'],
    });
  });
});
