import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sharesOf } from '../testing/balanced-sequencer.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = readFileSync(
  fileURLToPath(new URL('../testing/balanced-sequencer.ts', import.meta.url)),
  'utf8',
);
const known = [...source.matchAll(/^ {2}'(.*)': \d+,$/gm)].map(([, file = '']) => file);

test('the files that are known to be long are there', () => {
  expect(known.length).toBeGreaterThan(20);
  expect(known.filter((file) => !existsSync(`${root}/${file}`))).toEqual([]);
});

test.each([1, 2, 3])('%i shares have every file once, whatever the order', (count) => {
  const files = [...known, ...Array.from({ length: 20 }, (_, number) => `short${number}.host.test.ts`)];
  const shares = sharesOf(files, count);
  expect(shares).toHaveLength(count);
  expect(shares.flat().sort()).toEqual([...files].sort());
  expect(sharesOf(files.toReversed(), count)).toEqual(shares);
});

test('long files are spread, and short ones fill up', () => {
  const [long = '', longer = ''] = known;
  const short = Array.from({ length: 7 }, (_, number) => `short${number}.host.test.ts`);
  const shares = sharesOf([...short, long, longer], 2);
  for (const share of shares) {
    expect(share.filter((file) => known.includes(file))).toHaveLength(1);
    expect(share.length).toBeGreaterThan(2);
  }
});

test('more shares than files leave some empty', () => {
  expect(sharesOf(['a.host.test.ts'], 3)).toEqual([['a.host.test.ts'], [], []]);
});
