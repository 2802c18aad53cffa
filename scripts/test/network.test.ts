import { expect, test } from 'vitest';
import { differences, withoutClocks, withoutCounters } from '../testing/network.mjs';

test('equal dumps have no differences', () => {
  expect(differences({ link: 'lo', address: '' }, { link: 'lo', address: '' })).toEqual([]);
});

test('what came, what went and what only moved are all differences', () => {
  expect(differences({ link: 'lo\neth0' }, { link: 'lo\nbr0' })).toEqual(['link:', '- eth0', '+ br0']);
  expect(differences({}, { nat: '-A PREROUTING' })).toEqual(['nat:', '+ -A PREROUTING']);
  expect(differences({ rules: 'a\nb' }, { rules: 'b\na' })).toHaveLength(2);
  expect(differences({ rules: 'a' }, { rules: 'a\na' })).toHaveLength(2);
});

test('clocks are left out of what ip says, at any depth', () => {
  const address = { local: '192.0.2.1', valid_life_time: 86000, preferred_life_time: 86000 };
  const json = JSON.stringify([
    { ifname: 'eth0', addr_info: [address] },
    { ifname: 'br0', hello_timer: 1.5 },
  ]);
  expect(withoutClocks(json)).toBe('{"ifname":"eth0","addr_info":[{"local":"192.0.2.1"}]}\n{"ifname":"br0"}');
  expect(withoutClocks('')).toBe('');
});

test('counters and comments are left out of rules', () => {
  const save = '# Generated on Tue\n*nat\n:OUTPUT ACCEPT [12:720]\n[3:180] -A OUTPUT -j ACCEPT\nCOMMIT\n';
  expect(withoutCounters(save)).toBe('*nat\n:OUTPUT ACCEPT\n -A OUTPUT -j ACCEPT\nCOMMIT');
  expect(withoutCounters('\t\tip saddr 192.0.2.1 counter packets 3 bytes 180 accept')).toBe(
    '\t\tip saddr 192.0.2.1 counter accept',
  );
});
