import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const run = promisify(execFile);

it('compares on stdout, a JSON line each, and tells people on stderr', async () => {
  const sizes = ['--pairs', '2', '--links', '3', '--rounds', '2', '--round-links', '2'];
  const { stdout, stderr } = await run(process.execPath, [main, 'devices', '--kind', 'veth', ...sizes]);
  const comparisons = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(comparisons.map(({ case: name, against }) => `${name}, ${against}`)).toEqual(
    ['all', 'make', 'dump', 'delete'].flatMap((name) => [`${name}, ip -batch`, `${name}, ip`]),
  );
  for (const { ratio, oursMs, theirsMs, ...names } of comparisons) {
    expect(names).toEqual({ bench: 'devices', case: names.case, against: names.against, pairs: 2 });
    for (const number of [ratio, oursMs, theirsMs]) expect(number).toBeGreaterThan(0);
  }
  expect(stderr).toMatch(/case +ours +against +theirs +ratio\n/);
  expect(stderr).toContain('event loop');
  expect(stderr).toContain('memory after each of 2 rounds with 2 links');
});

it('says what there is when it is asked for something else', async () => {
  await expect(run(process.execPath, [main, 'cars'])).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('usage: pnpm bench NAME'),
  });
});
