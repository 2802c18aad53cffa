import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { fate, offer } from './readme-example.js';

it('the README shows the example, and it gives what the README says', async () => {
  const here = new URL('.', import.meta.url);
  const example = await readFile(new URL('readme-example.ts', here), 'utf8');
  const readme = await readFile(new URL('../README.md', here), 'utf8');
  const [shown = ''] = example.split('\nexport ');
  expect(readme).toContain(`\`\`\`ts\n${shown.trimEnd()}\n\`\`\``);
  expect(fate.verdict).toBe('input');
  expect(offer?.address).toBe('10.0.0.10');
});
