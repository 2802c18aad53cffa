import { type IpAddress, type IpFamily, parseIntentGroup, parseIpAddress, parseKey } from 'netdev-core';
import { expect, it } from 'vitest';
import { createRuleParser } from '../../src/explain/parse-rule.js';
import { ask } from '../../src/explain/rule-tests.js';
import { createRulingOut } from '../../src/explain/ruled-out.js';
import type { Seen } from '../../src/explain/seen.js';
import { renderGroup } from '../../src/intents/render-group.js';
import type { Family } from '../../src/tools/family.js';
import { everyIntent } from '../every-intent.js';
import { createRandom, type Random } from '../random.js';
import { groups, guestGroups } from './groups.js';

const intents = [...everyIntent, ...Object.values(groups).flat(), ...Object.values(guestGroups).flat()];

/** Rules as people write them too. */
const others: readonly (readonly [Family, string])[] = [
  ['ipv4', '-s 10.1.0.11 -j DROP'],
  ['ipv4', '-s 010.1.0.11/32 -j DROP'],
  ['ipv4', '-s 10.1.0.11/255.255.255.255 -j DROP'],
  ['ipv4', '-d host.example -j DROP'],
  ['ipv4', '-i br+ -j DROP'],
  ['ipv4', '-i "br-a" -j DROP'],
  ['ipv4', '-i + -j DROP'],
  ['ipv4', '-d 10.1.0.11/32'],
  ['ipv6', '-s FD00:1::0:11/128 -j DROP'],
  ['ipv6', '-d ::ffff:a00:1/128 -j DROP'],
  ['bridge', '-i ! p-a1 -j DROP'],
  ['bridge', '-i p+ -j DROP'],
  ['bridge', '-s 02:00:00:00:00:01 -j DROP'],
];

const rendered = intents.flatMap((intent, index) => {
  const group = parseIntentGroup({ key: `group-${index}`, intents: [intent] });
  return renderGroup(group, 'netdev').slices.flatMap(({ family, texts }) =>
    texts.map((text) => ({ family, text, key: parseKey(group.key) })),
  );
});
const rules = [...rendered, ...others.map(([family, text]) => ({ family, text, key: undefined }))];

const addresses = (family: IpFamily): IpAddress[] => {
  const named = rules.flatMap(({ text }) =>
    [...text.matchAll(/(?<=-[sd] )[\da-f.:]+/gi)].flatMap(([address]) => {
      try {
        return [parseIpAddress(address, 'address', family)];
      } catch {
        return [];
      }
    }),
  );
  return [...new Set(named)];
};
const known = { ipv4: addresses('ipv4'), ipv6: addresses('ipv6') };

function randomSeen(random: Random, family: Family): Seen {
  const device = () => random.oneOf(['br-a', 'br-b', 'uplink', 'p-a1', 'p-a2', 'br', null]);
  const maybe = <Value>(value: Value): Value | undefined => (random.below(8) === 0 ? undefined : value);
  const ipFamily = family === 'bridge' ? random.oneOf(['ipv4', 'ipv6'] as const) : family;
  const ip: Seen['ip'] = {
    source: maybe(random.oneOf(known[ipFamily])),
    destination: maybe(random.oneOf(known[ipFamily])),
    protocol: random.oneOf([6, 17, 1, 58]),
    sourcePort: 4000,
    destinationPort: random.oneOf([22, 80]),
    icmpType: undefined,
    icmpCode: undefined,
    neighbourTarget: undefined,
    connection: {
      state: 'new',
      sourceTranslated: 'no',
      destinationTranslated: 'no',
      originalSource: undefined,
      originalDestination: undefined,
    },
  };
  return {
    in: maybe(device()),
    out: maybe(device()),
    logicalIn: null,
    logicalOut: null,
    physicalIn: device(),
    physicalOut: device(),
    sourceMac: undefined,
    destinationMac: undefined,
    etherType: ipFamily === 'ipv4' ? 0x0800 : 0x86dd,
    ip: random.below(10) === 0 ? undefined : ip,
    arp: undefined,
    mark: { value: 0, unknown: 0 },
  };
}

it('a rule that is ruled out is for another packet, and most that are for others are ruled out', () => {
  const random = createRandom(9);
  const parse = createRuleParser(() => undefined);
  const parsed = rules.map(({ family, text }) => parse(text, family));
  const wrong: unknown[] = [];
  let out = 0;
  let matching = 0;
  for (let round = 0; round < 60; round++) {
    for (const family of ['ipv4', 'ipv6', 'bridge'] as const) {
      const seen = randomSeen(random, family);
      const isRuledOut = createRulingOut(seen, family);
      for (const [index, rule] of rules.entries()) {
        if (rule.family !== family) continue;
        const { truth } = ask(parsed[index]?.tests ?? [], seen);
        if (truth !== 'no') matching += 1;
        if (!isRuledOut(rule)) continue;
        out += 1;
        if (truth !== 'no') wrong.push({ rule, seen, truth });
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(matching).toBeGreaterThan(500);
  expect(out).toBeGreaterThan(3000);
});
