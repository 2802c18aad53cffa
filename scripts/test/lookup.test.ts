import { expect, it } from 'vitest';
import { differences } from '../testing/lookup/check-lookup.mjs';
import { expected } from '../testing/lookup/plugins.mjs';

const names = Object.keys(expected);

it('says of every plugin that nothing was said of it where a program ends early', () => {
  const found = differences('Error: Cannot find module');
  expect(found).toHaveLength(names.length);
  expect(found[0]).toMatch(/^esm-firewall: nothing was said of it\n.*Cannot find module/);
});

it('tells another maker, another code and another text from what is expected', () => {
  const lines = [
    { name: 'esm-firewall', made: 'esm-firewall' },
    { name: 'cjs-firewall', made: 'esm-firewall' },
    {
      name: 'throwing-firewall',
      code: 'PLUGIN_NOT_FOUND',
      isOurs: true,
      message: 'its configuration is missing',
    },
    { name: 'silent-firewall', code: 'PLUGIN_NOT_FOUND', isOurs: true, message: 'another text' },
  ];
  const found = differences(lines.map((line) => JSON.stringify(line)).join('\n'));
  const wrong = found.filter((text) => !text.includes('nothing was said')).map((text) => text.split(':')[0]);
  expect(wrong).toEqual(['cjs-firewall', 'throwing-firewall', 'silent-firewall']);
});
