import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vector } from './vectors/vector.js';
import { readVectorFolder } from './vectors/vector-files.js';

const program = fileURLToPath(new URL('../../../scripts/vectors.mjs', import.meta.url));
const data = fileURLToPath(new URL('data', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netdev-vectors-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  status: number | string | null | undefined;
  lines: string[];
  stderr: string;
}

function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : error.code, lines: stdout.trimEnd().split('\n'), stderr });
    });
  });
}

/** A directory with one vector file. */
async function folderWith(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'some.json'), content);
  return path;
}

const floating = async (): Promise<Vector[]> =>
  JSON.parse(await readFile(join(data, 'public-floating.json'), 'utf8')) as Vector[];

describe('pnpm vectors', { timeout: 120_000 }, () => {
  it('counts the vectors of all files, and takes options from defaults.json', async () => {
    const good = join(folder, 'good');
    await mkdir(good);
    for (const name of ['public-floating.json', 'public-gateway.json', 'defaults.json'])
      await cp(join(data, name), join(good, name));
    expect(await run(good)).toMatchObject({ status: 0, lines: ['113 passed, 0 failed'] });
  });

  it('names file, vector and difference, and fails', async () => {
    const [first, second, ...others] = await floating();
    const changed = { ...second, sleeps: [7] };
    const path = await folderWith('changed', JSON.stringify([first, changed, ...others]));
    const { status, lines } = await run(path);
    expect(status).toBe(1);
    expect(lines).toEqual([
      `some.json: ${second?.name}: pause 1: 7 is missing`,
      `${others.length + 1} passed, 1 failed`,
    ]);
  });

  it('says what it does not find', async () => {
    const { status, stderr } = await run(join(folder, 'none'));
    expect([status, stderr]).toEqual([2, expect.stringContaining('the directory cannot be read')]);
  });
});

describe('a directory of vectors', () => {
  it.each<[what: string, folder: () => Promise<string>, message: RegExp]>([
    ['that is not there', async () => join(folder, 'none'), /none: the directory cannot be read/],
    [
      'without vectors',
      async () => {
        await mkdir(join(folder, 'empty'));
        return join(folder, 'empty');
      },
      /there is no vector file/,
    ],
    [
      'with a file that is no JSON',
      () => folderWith('text', 'hello'),
      /some\.json: it cannot be read as JSON/,
    ],
    ['with a file of something else', () => folderWith('object', '{}'), /no vector file: it holds no array/],
    [
      'with an entry that is no vector',
      () => folderWith('entry', '[{"name":"a"}]'),
      /no vector file: entry 1 has no conf/,
    ],
  ])('%s is refused', async (_, make, message) => {
    await expect(readVectorFolder(await make())).rejects.toThrow(message);
  });
});
