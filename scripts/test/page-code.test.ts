import { expect, it } from 'vitest';
import { codeOfPage } from '../testing/page-code.mjs';

it('takes the code of a page as one module, every line where it was, each block inside of those before it', () => {
  const page = [
    '# A page',
    '<!-- given: declare const position: string; -->',
    '```js',
    "import { one } from 'one';",
    'const net = one(position);',
    '```',
    'Then:',
    '```sh',
    'const = no code',
    '```',
    '```ts',
    "import { one } from 'one';",
    'import {',
    '  two,',
    '  three,',
    "} from 'two';",
    'const net = two();',
    'export const handler = net;',
    '```',
    '**`src/a.ts`**',
    '',
    '```ts',
    'what is built by itself',
    '```',
    '',
  ].join('\n');
  expect(codeOfPage(page)?.split('\n')).toEqual([
    '',
    '',
    '{',
    '',
    'const net = one(position);',
    '',
    '',
    '',
    '',
    '',
    '{',
    '',
    '',
    '',
    '',
    '',
    'const net = two();',
    'const handler = net;',
    '',
    '',
    '',
    '',
    '',
    '',
    "}} declare const position: string; import { one } from 'one'; import { two } from 'two'; import { three } from 'two'; export {};",
    '',
  ]);
});

it('takes nothing of a page without code', () => {
  expect(codeOfPage('# A page\n```sh\nnpm test\n```\n')).toBeUndefined();
});

it("takes what is of the reader's own for anything", () => {
  expect(codeOfPage("```ts\nimport { one, two } from 'my-netdev';\n```\n")).toBe(
    '{\n\n\n} declare const one: any; declare const two: any; export {};\n',
  );
});
