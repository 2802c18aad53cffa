import type { Intent } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createChainBook } from '../src/book/chain-book.js';
import { createCountedOrder } from '../src/book/counted-order.js';
import { createRuleBook, type PlacedGroup } from '../src/book/rule-book.js';
import { renderGroup } from '../src/intents/render-group.js';
import type { RenderedGroup } from '../src/intents/rendered-rule.js';
import { applySteps } from '../src/ruleset/apply-steps.js';
import { emptyTable, type SavedTable } from '../src/ruleset/saved-table.js';
import type { families } from '../src/tools/family.js';
import { everyIntent } from './every-intent.js';
import { createRandom } from './random.js';

describe('createCountedOrder', () => {
  it('counts what is before a number as a sorted list does, over thousands of random changes', () => {
    const random = createRandom(1);
    const order = createCountedOrder();
    const model = new Map<number, number>();
    for (let step = 0; step < 5000; step++) {
      const key = random.below(2000) - 100;
      const count = random.below(4);
      order.set(key, count);
      if (count === 0) model.delete(key);
      else model.set(key, count);
      const probe = random.below(2000) - 100;
      const before = [...model].reduce((sum, [each, rules]) => (each < probe ? sum + rules : sum), 0);
      expect(order.before(probe)).toBe(before);
    }
    expect([...order.keys()]).toEqual([...model.keys()].sort((one, other) => one - other));
    expect(order.total).toBe([...model.values()].reduce((sum, count) => sum + count, 0));
  });
});

const textsOf = (table: SavedTable, chain: string): string[] =>
  (table.chains.get(chain)?.rules ?? []).map(({ text }) => text);

describe('createChainBook', () => {
  it('gives steps that make of a chain what it says, and steps back, also where texts are there twice', () => {
    const random = createRandom(2);
    const book = createChainBook('c');
    let kernel = applySteps(emptyTable, [{ do: 'declare', chain: 'c', isNew: true }]);
    for (let step = 0; step < 3000; step++) {
      const before = textsOf(kernel, 'c');
      const texts = Array.from({ length: random.below(4) }, () => `-j T${random.below(6)}`);
      const { steps, back, added, removed } = book.edit(random.below(12), texts);
      kernel = applySteps(kernel, steps);
      expect(textsOf(kernel, 'c')).toEqual(book.texts());
      expect(book.size).toBe(before.length + added - removed);
      expect(textsOf(applySteps(kernel, back), 'c')).toEqual(before);
    }
  });

  it('appends a group that comes last, and names a rule by its text when it is the only one', () => {
    const book = createChainBook('c');
    for (let place = 1; place <= 1000; place++) book.put(place, [`-s 10.0.${place >> 8}.${place & 255}/32`]);
    expect(book.edit(1001, ['-s 11.0.0.1/32']).steps).toEqual([
      { do: 'append', chain: 'c', text: '-s 11.0.0.1/32', counters: undefined },
    ]);
    expect(book.edit(500, []).steps).toEqual([
      { do: 'delete', chain: 'c', text: '-s 10.0.1.244/32', position: undefined },
    ]);
  });
});

/** The chains of one table of a book, as if they had been written to an empty kernel. */
const wholeTable = (groups: ReadonlyMap<string, PlacedGroup>, place: string) => {
  const book = createRuleBook('own');
  const sorted = [...groups].sort(([, one], [, other]) => one.place - other.place);
  for (const [index, [key, { rendered }]] of sorted.entries()) book.put(key, { place: index + 1, rendered });
  const [family = 'ipv4', table = ''] = place.split(' ');
  return new Map(book.wanted(family as (typeof families)[number], table).chains);
};

describe('createRuleBook', () => {
  const privateChain = (name: string): RenderedGroup => ({
    chains: [{ family: 'ipv4', table: 'filter', chain: name }],
    slices: [
      { family: 'ipv4', table: 'filter', chain: 'forward', rank: 2, texts: [`-i ${name} -j own-${name}`] },
      { family: 'ipv4', table: 'filter', chain: name, rank: 0, texts: ['-j ACCEPT'] },
    ],
  });

  it('is the same after any sequence of changes as one that had the last state at once; so is a kernel that took the steps', () => {
    const random = createRandom(3);
    const book = createRuleBook('own');
    const groups = new Map<string, PlacedGroup>();
    const kernel = new Map<string, SavedTable>();
    const dirty = new Set<string>();
    const apply = (): void => {
      const { reframed, patches } = book.change([...dirty].map((key) => [key, groups.get(key)]));
      dirty.clear();
      const before = new Map(kernel);
      for (const { family, plans } of patches) {
        for (const plan of plans) {
          const place = `${family} ${plan.table}`;
          kernel.set(place, applySteps(kernel.get(place) ?? emptyTable, plan.steps));
        }
      }
      if (!reframed) {
        for (const { family, plans, back } of patches) {
          for (const [index, plan] of back.entries()) {
            expect(plan.table).toBe(plans[index]?.table);
            const place = `${family} ${plan.table}`;
            const returned = applySteps(kernel.get(place) ?? emptyTable, plan.steps);
            expect(rulesOf(returned)).toEqual(rulesOf(before.get(place) ?? emptyTable));
          }
        }
        for (const place of book.places())
          expect(rulesOf(kernel.get(place) ?? emptyTable)).toEqual(inBook(place));
      } else {
        // The whole of it is written then.
        kernel.clear();
        for (const place of book.places()) kernel.set(place, written(inBook(place)));
      }
    };
    const inBook = (place: string): Record<string, readonly string[]> => {
      const [family = '', table = ''] = place.split(' ');
      return Object.fromEntries([...book.wanted(family as (typeof families)[number], table).chains].sort());
    };
    let nextPlace = 1;
    for (let step = 0; step < 2000; step++) {
      const key = `g${random.below(30)}`;
      if (random.below(4) === 0) {
        groups.delete(key);
      } else {
        const intents = Array.from({ length: random.below(4) }, () => random.oneOf(everyIntent) as Intent);
        const rendered =
          random.below(3) === 0 ? privateChain(`p${random.below(5)}`) : renderGroup({ key, intents }, 'own');
        groups.set(key, { place: groups.get(key)?.place ?? nextPlace++, rendered });
      }
      dirty.add(key);
      if (random.below(3) === 0) apply();
    }
    apply();
    expect(book.places().length).toBeGreaterThan(3);
    for (const place of book.places()) {
      expect(inBook(place)).toEqual(Object.fromEntries([...wholeTable(groups, place)].sort()));
    }
  }, 60_000);
});

function rulesOf(table: SavedTable): Record<string, readonly string[]> {
  return Object.fromEntries(
    [...table.chains].map(([chain, { rules }]) => [chain, rules.map(({ text }) => text)] as const).sort(),
  );
}

function written(chains: Record<string, readonly string[]>): SavedTable {
  return {
    chains: new Map(
      Object.entries(chains).map(([chain, texts]) => [
        chain,
        { policy: '-', rules: texts.map((text) => ({ text, counters: undefined })) },
      ]),
    ),
  };
}
