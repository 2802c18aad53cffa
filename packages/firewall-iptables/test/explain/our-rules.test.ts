import { type Intent, parseIntentGroup } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createRuleBook } from '../../src/book/rule-book.js';
import { gatherOurRules } from '../../src/explain/our-rules.js';
import { dropRules } from '../../src/intents/drop-logging.js';
import { renderGroup } from '../../src/intents/render-group.js';
import { createSetBook } from '../../src/sets/set-book.js';
import { everyIntent } from '../every-intent.js';
import { createRandom } from '../random.js';
import { groups, guestGroups } from './groups.js';

const owner = 'netdev';
const intents: readonly Intent[] = [
  ...everyIntent,
  ...Object.values(groups).flat(),
  ...Object.values(guestGroups).flat(),
];

describe('the rules that explain asks', () => {
  it.each([false, true])('are those that apply writes, whatever was put (logged: %s)', (tellsOfDrops) => {
    const standing = tellsOfDrops ? dropRules({ group: 5, perSecond: 10 }, owner) : [];
    const random = createRandom(5);
    for (let round = 0; round < 100; round++) {
      const rulesBook = createRuleBook(owner, standing);
      const setBook = createSetBook(owner);
      const placed = Array.from({ length: random.below(12) }, (_, index) => {
        const chosen = Array.from({ length: 1 + random.below(3) }, () => random.oneOf(intents));
        const group = parseIntentGroup({ key: `group-${index}`, intents: chosen });
        const mark = index % 3 === 1 ? `${index}` : undefined;
        return { ...group, place: index * 7, rendered: renderGroup(group, owner, { tellsOfDrops }), mark };
      });
      for (const group of placed) {
        rulesBook.put(group.key, group);
        setBook.put(group.key, group);
      }
      // The order in which they are given says nothing.
      const asked = gatherOurRules({ owner, groups: placed.toReversed(), raw: undefined, standing });
      for (const place of ['ipv4 filter', 'ipv4 nat', 'ipv6 filter', 'ipv6 nat', 'bridge filter']) {
        const [family, table] = place.split(' ') as ['ipv4', string];
        const wanted = rulesBook.wanted(family, table);
        expect(asked.has(family, table)).toBe(rulesBook.places().includes(place));
        for (const [chain, texts] of wanted.chains)
          expect(asked.chain(family, table, chain)?.map(({ text }) => text)).toEqual(texts);
        for (const [chain, guests] of wanted.guests)
          expect(asked.chain(family, table, chain)?.map(({ text }) => text)).toEqual(
            guests.map(({ text }) => text),
          );
        expect(asked.chain(family, table, `${owner}-nothing`)).toBeUndefined();
      }
      for (const [set, { members }] of setBook.wanted())
        expect(new Set(asked.membersOf(set))).toEqual(members);
    }
  });
});
