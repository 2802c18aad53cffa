import { expect, test } from 'vitest';
import { missingToolsMessage } from '../setup/debian.mjs';
import { packagesOf, tools, toolsFor } from '../setup/tools.mjs';

test('every tool is in the table once', () => {
  const names = tools.map(({ tool }) => tool);
  expect(new Set(names).size).toBe(names.length);
});

test('the tests need everything that the demo needs', () => {
  expect(toolsFor('test')).toEqual(expect.arrayContaining(toolsFor('demo')));
});

test('what is missing is named, with one command that installs each package once', () => {
  const missing = tools.filter(({ package: name }) => name === 'iptables' || name === 'dnsmasq-base');
  expect(packagesOf(missing)).toEqual(['iptables', 'dnsmasq-base']);
  const message = missingToolsMessage(missing);
  for (const { tool } of missing) expect(message).toContain(`  ${tool} `);
  expect(message).toMatch(/^ {2}sudo apt-get install iptables dnsmasq-base$/m);
});
