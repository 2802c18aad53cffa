import type { Intent } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createChainBook } from '../src/book/chain-book.js';
import { createPagedChain } from '../src/book/paged-chain.js';
import { createRuleBook, type PlacedGroup } from '../src/book/rule-book.js';
import { renderGroup } from '../src/intents/render-group.js';
import type { RenderedGroup } from '../src/intents/rendered-rule.js';
import { applySteps } from '../src/ruleset/apply-steps.js';
import { emptyTable, type SavedTable } from '../src/ruleset/saved-table.js';
import type { families } from '../src/tools/family.js';
import { everyIntent } from './every-intent.js';
import { createRandom } from './random.js';

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
      const { steps, back, added, removed } = book.edit([[random.below(12), texts]]);
      kernel = applySteps(kernel, steps);
      expect(textsOf(kernel, 'c')).toEqual(book.texts());
      expect(book.size).toBe(before.length + added - removed);
      expect(textsOf(applySteps(kernel, back), 'c')).toEqual(before);
    }
  });

  it('appends a group that comes last, and names a rule by its text when it is the only one', () => {
    const book = createChainBook('c');
    for (let place = 1; place <= 1000; place++)
      book.put([place, [`-s 10.0.${place >> 8}.${place & 255}/32`]]);
    expect(book.edit([[1001, ['-s 11.0.0.1/32']]]).steps).toEqual([
      { do: 'append', chain: 'c', text: '-s 11.0.0.1/32', counters: undefined },
    ]);
    expect(book.edit([[500, []]]).steps).toEqual([
      { do: 'delete', chain: 'c', text: '-s 10.0.1.244/32', position: undefined },
    ]);
  });
});

describe('createPagedChain', () => {
  const inKernel = (chain: string): string => `own-${chain}`;
  const pageAt = (position: number): string | undefined => (position % 5 === 2 ? `p${position}` : undefined);
  /** The rules that a packet meets, in order. */
  const inOrder = (chains: ReadonlyMap<string, readonly string[]>): string[] =>
    (chains.get('c') ?? []).flatMap((text) => chains.get(text.replace('-j own-', '')) ?? [text]);

  it('has the rules in order, and the same pages whatever came before; the steps of a change lead there and back', () => {
    const random = createRandom(4);
    const chain = createPagedChain('c', inKernel);
    const entries = new Map<number, readonly string[]>();
    let kernel = applySteps(emptyTable, [{ do: 'declare', chain: 'own-c', isNew: true }]);
    const most = { pages: 0, moved: 0 };
    for (let step = 0; step < 3000; step++) {
      const position = random.below(40);
      const texts = Array.from({ length: random.below(3) }, () => `-j T${random.below(6)}`);
      const page = pageAt(position);
      const hadPage = page !== undefined && chain.hasPage(page);
      const edits = chain.edit([position, texts], page);
      entries.set(position, texts);

      const fresh = createPagedChain('c', inKernel);
      for (const [each, rules] of [...entries].sort(() => random.below(3) - 1))
        fresh.put([each, rules], pageAt(each));
      const chains = new Map(chain.chains());
      expect(chains).toEqual(new Map(fresh.chains()));
      expect(chain.size).toBe(chains.get('c')?.length);
      const sorted = [...entries].sort(([one], [other]) => one - other);
      expect(inOrder(chains)).toEqual(sorted.flatMap(([, rules]) => rules));

      const before = kernel;
      const hasPage = page !== undefined && chain.hasPage(page);
      const name = inKernel(page ?? '');
      if (hasPage && !hadPage) kernel = applySteps(kernel, [{ do: 'declare', chain: name, isNew: true }]);
      kernel = applySteps(
        kernel,
        edits.flatMap(({ edit }) => edit.steps),
      );
      if (hadPage && !hasPage) expect(textsOf(kernel, name)).toEqual([]);
      for (const [each, rules] of chains) expect(textsOf(kernel, inKernel(each))).toEqual(rules);
      const returned = applySteps(
        kernel,
        edits.toReversed().flatMap(({ edit }) => edit.back),
      );
      for (const each of before.chains.keys()) expect(textsOf(returned, each)).toEqual(textsOf(before, each));
      most.pages = Math.max(most.pages, chains.size - 1);
      most.moved += edits.filter(({ moves }) => moves).length;
    }
    expect(most.pages).toBe(8);
    expect(most.moved).toBeGreaterThan(100);
  });

  it('changes a rule in its page alone', () => {
    const chain = createPagedChain('c', inKernel);
    for (let position = 0; position < 1000; position++)
      chain.put([position, [`-s ${position}`]], pageAt(position));
    expect(chain.edit([503, ['-s other']], undefined)).toMatchObject([{ chain: 'p502', moves: false }]);
    expect(chain.edit([1000, ['-s more']], undefined)[0]?.edit.steps).toEqual([
      { do: 'append', chain: 'own-p997', text: '-s more', counters: undefined },
    ]);
    expect(chain.edit([1002, ['-s a page more']], 'p1002').map((edit) => edit.chain)).toEqual(['p1002', 'c']);
  });
});

/** The chains of one table of a book, as if they had been written to an empty kernel. */
const wholeTable = (groups: ReadonlyMap<string, PlacedGroup>, place: string) => {
  const book = createRuleBook('own');
  const sorted = [...groups].sort(([, one], [, other]) => one.place - other.place);
  for (const [index, [key, { rendered, mark }]] of sorted.entries())
    book.put(key, { place: index + 1, rendered, mark });
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
      const number = random.below(30);
      const key = `g${number}`;
      if (random.below(4) === 0) {
        groups.delete(key);
      } else {
        const intents = Array.from({ length: random.below(4) }, () => random.oneOf(everyIntent) as Intent);
        const rendered =
          random.below(3) === 0 ? privateChain(`p${random.below(5)}`) : renderGroup({ key, intents }, 'own');
        groups.set(key, {
          place: groups.get(key)?.place ?? nextPlace++,
          rendered,
          mark: number % 4 === 0 ? `${number}` : undefined,
        });
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
