import { describe, expect, it } from 'vitest';
import type { PlacedGroup } from '../src/book/rule-book.js';
import type { SetUse } from '../src/intents/rendering.js';
import { createMemorySets } from '../src/sets/kernel-sets.js';
import { planSets } from '../src/sets/plan-sets.js';
import { createSetBook } from '../src/sets/set-book.js';
import type { MemberSet } from '../src/sets/set-step.js';
import { parseSavedSets, setCommand } from '../src/sets/set-text.js';
import { createRandom } from './random.js';

const groupWith = (sets: readonly SetUse[]): PlacedGroup => ({
  place: 1,
  rendered: { slices: [], chains: [], sets },
});

const shown = (sets: ReadonlyMap<string, MemberSet | undefined>): Record<string, unknown> =>
  Object.fromEntries(
    [...sets].map(([name, set]) => [name, [set?.family, [...(set?.members ?? [])].sort()]] as const).sort(),
  );

describe('createSetBook', () => {
  it('leads a kernel to what a look would lead it to, and back, over thousands of random changes', async () => {
    const random = createRandom(7);
    const book = createSetBook('own');
    const kernel = createMemorySets();
    const dirty = new Map<string, PlacedGroup | undefined>();
    let changes = 0;
    for (let step = 0; step < 4000; step++) {
      const uses = Array.from(
        { length: random.below(4) },
        (): SetUse => ({
          family: 'ipv4',
          name: `4:s${random.below(4)}`,
          isNeeded: random.below(3) === 0,
          members: Array.from({ length: random.below(4) }, () => `10.0.0.${random.below(8)}`),
        }),
      );
      dirty.set(`g${random.below(6)}`, random.below(4) === 0 ? undefined : groupWith(uses));
      if (random.below(3) > 0) continue;
      const before = shown(structuredClone(await kernel.read('own')));
      const change = book.change(dirty);
      dirty.clear();
      changes += change.before.length + change.after.length;
      await kernel.write(change.before);
      await kernel.write(change.back);
      expect(shown(await kernel.read('own'))).toEqual(before);
      await kernel.write(change.before);
      await kernel.destroy(change.after);
      expect(shown(await kernel.read('own'))).toEqual(shown(book.wanted()));
      expect(planSets(await kernel.read('own'), book.wanted())).toEqual({ before: [], back: [], after: [] });
    }
    expect(changes).toBeGreaterThan(1000);
  });

  it('costs a guest nothing that grows with its group', () => {
    const book = createSetBook('own');
    const member = (index: number): SetUse => ({
      family: 'ipv4',
      name: '4:web',
      isNeeded: index === 0,
      members: [`10.0.${index >> 8}.${index & 255}`],
    });
    for (let index = 0; index < 5000; index++) book.put(`g${index}`, groupWith([member(index)]));
    expect(book.change([['g7', undefined]])).toEqual({
      before: [{ do: 'delete', set: 'own:4:web', member: '10.0.0.7' }],
      back: [{ do: 'add', set: 'own:4:web', member: '10.0.0.7' }],
      after: [],
    });
  });
});

describe('the text of ipset', () => {
  it('is read as it is printed; what is of another type is known by its name only', () => {
    const saved = [
      'create own:4:a hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1',
      'add own:4:a 10.0.0.0/8',
      'create own:6:a hash:net family inet6 hashsize 1024 maxelem 65536',
      'create own:x hash:ip family inet hashsize 1024 maxelem 65536',
      'add own:x 10.0.0.1',
      '',
    ].join('\n');
    expect(shown(parseSavedSets(saved))).toEqual({
      'own:4:a': ['ipv4', ['10.0.0.0/8']],
      'own:6:a': ['ipv6', []],
      'own:x': [undefined, []],
    });
  });

  it('is written one command a step', () => {
    expect(setCommand({ do: 'create', set: 's', family: 'ipv6' })).toBe(
      'create s hash:net family inet6 maxelem 1048576',
    );
    expect(setCommand({ do: 'delete', set: 's', member: '::1' })).toBe('del s ::1');
  });
});
