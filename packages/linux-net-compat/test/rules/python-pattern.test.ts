import { expect, it } from 'vitest';
import { parsePythonPattern } from '../../src/rules/python-pattern.js';

it.each([
  ['-j (DROP|REJECT)', '-A INPUT -j REJECT', true],
  ['(?i)-j drop', '-A INPUT -j DROP', true],
  ['(?P<chain>fw-\\w+) -j (?P=chain)', '-A fw-in -j fw-in', true],
  ['(?P<chain>fw-\\w+) -j (?P=chain)', '-A fw-in -j fw-out', false],
  ['\\A-A', '[0:0] -A INPUT', false],
  ['DROP\\Z', '-j DROP', true],
  ['\\\\A', '\\A', true],
])('%s on %s: %s', (pattern, line, matches) => {
  expect(parsePythonPattern(pattern, 'regex').test(line)).toBe(matches);
});

it.each(['(', '*', '(?P<'])('refuses %s', (pattern) => {
  expect(() => parsePythonPattern(pattern, 'conf.iptables_top_regex')).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'conf.iptables_top_regex' }),
  );
});
