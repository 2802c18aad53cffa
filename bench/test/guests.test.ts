import { describe, expect, it } from 'vitest';
import { changeOf, foreignRules, groupOf, KINDS, linesOf, RULES_A_GUEST } from '../src/firewall/guests.js';

describe('the rules of a guest', () => {
  it('are the same number for both ways to keep them', () => {
    const { nat, filter } = linesOf({ number: 7, version: 0 }, 'orig');
    expect([...nat, ...filter]).toHaveLength(RULES_A_GUEST);
    expect(nat[0]).toBe('-A orig-PREROUTING -d 100.64.0.7/32 -j DNAT --to-destination 10.0.0.7');
    expect(groupOf({ number: 7, version: 0 })).toEqual({
      key: 'guest/7',
      intents: [
        { kind: 'floating-address', floating: '100.64.0.7', fixed: '10.0.0.7', interface: 'eth0' },
        { kind: 'accept-input', source: '10.0.0.7/32' },
      ],
    });
  });

  it('have addresses of their own, whatever their number and version', () => {
    const lines = [0, 1, 255, 256, 65_535, 65_536].flatMap((number) =>
      [0, 1, 12].flatMap((version) => linesOf({ number, version }, 'orig').filter),
    );
    expect(new Set(lines).size).toBe(lines.length);
  });
});

it('changes are each of another guest', () => {
  const changes = [0, 1, 2].flatMap((turn) => KINDS.map((kind) => changeOf(kind, turn, 12)));
  expect(changes.map(({ guest: { number } }) => number)).toEqual([12, 6, 5, 13, 4, 3, 14, 2, 1]);
  expect(changes.map((change) => change.do).join(' ')).toBe('put put delete put put delete put put delete');
});

it('rules of others are as many as asked for, in chains that something leads to', () => {
  const lines = foreignRules(45).split('\n');
  expect(lines.filter((line) => line.includes('ACCEPT'))).toHaveLength(45);
  expect(lines.filter((line) => line.startsWith('-A FORWARD'))).toHaveLength(3);
});
