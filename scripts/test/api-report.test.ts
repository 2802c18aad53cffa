import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiReport } from '../testing/api-report.mjs';
import { firstDifference } from '../testing/api-reports.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'api-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const report = (text: string, more: Record<string, string> = {}): string => {
  for (const [name, part] of Object.entries({ 'index.d.ts': text, ...more }))
    writeFileSync(join(folder, name), part);
  return apiReport(join(folder, 'index.d.ts'));
};

const declarations = [
  '/** What is said of it. */\ninterface Options { size?: number; }',
  'declare function make(options: Options): Promise<void>;',
  'declare const SIZE = 7;',
];
const exports = 'export { SIZE, type Options, make };';

describe('the report of a package', () => {
  it('is the same for the same signatures, in whatever order and whatever is said of them', () => {
    const one = report([...declarations, exports].join('\n'));
    const other = report(
      [...declarations].reverse().join('\n').replace('What is said', 'What else is said') + exports,
    );
    expect(other).toBe(one);
    expect(one).toContain('export function make(options: Options): Promise<void>;');
    expect(one).not.toContain('said of it');
  });

  it.each([
    ['a field more', 'size?: number;', 'size?: number; color?: string;'],
    ['a field that has to be given', 'size?: number;', 'size: number;'],
    ['another result', 'Promise<void>', 'Promise<number>'],
    ['another value', 'SIZE = 7', 'SIZE = 8'],
    ['a name that is no more exported', 'type Options, ', ''],
  ])('is another one for %s', (_, from, to) => {
    const text = [...declarations, exports].join('\n');
    expect(report(text.replace(from, to))).not.toBe(report(text));
  });

  it('holds what the bundler put into a file of its own, whatever its name', () => {
    const part = 'interface Options { size?: number; }\nexport type { Options as O };';
    const text = (name: string): string =>
      `import { O as Options } from './${name}.js';\n${declarations[1]}\nexport { make };`;
    const one = report(text('part-a'), { 'part-a.d.ts': part });
    expect(one).toBe(report(text('part-b'), { 'part-b.d.ts': part }));
    expect(one).toContain('size?: number');
  });

  it('holds what several parts lead to once', () => {
    const parts = {
      'part-a.d.ts':
        "import { S } from './part-b.js';\ninterface Options { size?: S; }\nexport type { Options as O };",
      'part-b.d.ts': 'type Size = number;\nexport type { Size as S };',
    };
    const text = `import { O as Options } from './part-a.js';\nimport './part-b.js';\n${declarations[1]}\nexport { make };`;
    expect(report(text, parts).match(/type Size/g)).toHaveLength(1);
  });
});

it('names the first line that differs', () => {
  expect(firstDifference('a\nb', 'a\nb')).toBeUndefined();
  expect(firstDifference('a\nb', 'a\n  c')).toBe('line 2: c instead of b');
  expect(firstDifference('a', 'a\nb')).toBe('line 2: b instead of (the end)');
  expect(firstDifference('a\nb', 'a')).toBe('line 1: (the end) instead of b');
});
