import { expect, it } from 'vitest';
import { filesOfPage } from '../testing/plugin-page.mjs';

it('takes the blocks that a page gives a path, word for word, and no others', () => {
  const page = [
    '**`src/a.ts`**',
    '',
    '```ts',
    'const text = `one`;',
    '',
    '```',
    'Then:',
    '```sh',
    'npm test',
    '```',
    '**`b.json`**',
    '',
    '```json',
    '{}',
    '```',
    '',
  ].join('\n');
  expect(filesOfPage(page)).toEqual({ 'src/a.ts': 'const text = `one`;\n\n', 'b.json': '{}\n' });
});
