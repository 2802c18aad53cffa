import { describe, expect, it } from 'vitest';
import { floatingAddresses, RULES_A_GUEST } from '../src/firewall/floating-addresses.js';
import { type Change, foreignRules, type Scenario } from '../src/firewall/scenario.js';
import { GUESTS_A_GROUP, securityGroups } from '../src/firewall/security-groups.js';

/** What is put or deleted, by its key. */
const oursOf = ({ ours }: Change): string =>
  'put' in ours ? `put ${ours.put.key}` : `delete ${ours.delete}`;

const linesOf = ({ lines }: Change) => [...lines.values()].flatMap((own) => own ?? []);

const changesOf = (scenario: Scenario, guests: number): Change[] =>
  [0, 1, 2].flatMap((turn) => scenario.kinds.map((kind) => scenario.changeOf(kind, turn, guests, 'orig')));

describe('guests with floating addresses', () => {
  it('have the same number of rules for both ways to keep them', () => {
    const [, , , , , , , , seventh] = floatingAddresses.begin(12, 'orig');
    const [own] = linesOf(seventh as Change);
    expect([...(own?.nat ?? []), ...(own?.filter ?? [])]).toHaveLength(RULES_A_GUEST);
    expect(own?.nat[0]).toBe('-A orig-PREROUTING -d 100.64.0.7/32 -j DNAT --to-destination 10.0.0.7');
    expect(seventh?.ours).toEqual({
      put: {
        key: 'guest/7',
        intents: [
          { kind: 'floating-address', floating: '100.64.0.7', fixed: '10.0.0.7', interface: 'eth0' },
          { kind: 'accept-input', source: '10.0.0.7/32' },
        ],
      },
    });
  });

  it('have addresses of their own, whatever their number and version', () => {
    const lines = [0, 1, 255, 256, 65_535, 65_536].flatMap((guests) =>
      [
        floatingAddresses.changeOf('add', 0, guests, 'orig'),
        ...[0, 12].map((turn) =>
          floatingAddresses.changeOf('replace', turn, 2 * (guests + 2 * turn), 'orig'),
        ),
      ].flatMap((change) => linesOf(change).flatMap(({ filter }) => filter)),
    );
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('change one after the other', () => {
    expect(changesOf(floatingAddresses, 12).map(oursOf)).toEqual(
      [
        ['put guest/12', 'put guest/6', 'delete guest/5'],
        ['put guest/13', 'put guest/4', 'delete guest/3'],
        ['put guest/14', 'put guest/2', 'delete guest/1'],
      ].flat(),
    );
  });
});

describe('guests in security groups', () => {
  it('come with the groups that they are in, and reach each other in both ways to keep them', () => {
    const begin = securityGroups.begin(2 * GUESTS_A_GROUP, 'orig');
    expect(begin.map(oursOf).slice(0, 3)).toEqual(['put group/0', 'put group/1', 'put guest/0']);
    expect(begin).toHaveLength(2 + 2 * GUESTS_A_GROUP);
    const lines = begin.flatMap(linesOf).flatMap(({ filter }) => filter);
    const first = lines.filter((line) => line.startsWith('-A orig-inst-0 '));
    expect(first.filter((line) => line.includes(' -s 10.0.0.'))).toHaveLength(GUESTS_A_GROUP);
    expect(lines).toContain(':orig-inst-19');
  });

  it('change each in a group of its own, with the lines of all guests of the group', () => {
    const changes = changesOf(securityGroups, 120);
    expect(changes.map(oursOf).slice(0, 4)).toEqual([
      'put guest/120',
      'put guest/50',
      'delete guest/60',
      'put group/7',
    ]);
    const touched = changes.flatMap(({ lines }) => [...lines.keys()]);
    expect(new Set(touched).size).toBe(touched.length);
    expect(changes.slice(0, 4).map(({ lines }) => lines.size)).toEqual([11, 10, 10, 10]);
  });
});

it('rules of others are as many as asked for, in chains that something leads to', () => {
  const lines = foreignRules(45).split('\n');
  expect(lines.filter((line) => line.includes('ACCEPT'))).toHaveLength(45);
  expect(lines.filter((line) => line.startsWith('-A FORWARD'))).toHaveLength(3);
});
