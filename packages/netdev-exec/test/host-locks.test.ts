import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostLocks, createMemoryLocks } from '../src/index.js';
import { findLockDirectory } from '../src/lock-directory.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'netdev-locks-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe.each([
  ['memory', () => createMemoryLocks()],
  ['host', () => createHostLocks({ directory })],
])('%s locks', (_, make) => {
  it('let works of one name run one after another in their order, and those of another name meanwhile', async () => {
    const locks = make();
    const told: string[] = [];
    const work = (word: string) => async () => {
      told.push(`${word} in`);
      await wait(5);
      told.push(`${word} out`);
    };
    await Promise.all([
      locks.hold('a', work('one')),
      locks.hold('a', work('two')),
      locks.hold('a', work('three')),
    ]);
    expect(told).toEqual(['one in', 'one out', 'two in', 'two out', 'three in', 'three out']);
    const seen = await locks.hold('a', async () => locks.hold('b', async () => 'both'));
    expect(seen).toBe('both');
  });

  it('are given back by work that fails', async () => {
    const locks = make();
    await expect(locks.hold('a', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await locks.hold('a', async () => 7)).toBe(7);
  });

  it.each(['', '../a', 'a/b', '.a', 'a b', 'x'.repeat(101), 7 as unknown as string])(
    'refuse the name %j',
    async (name) => {
      await expect(make().hold(name, async () => 1)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        field: 'lock',
      });
    },
  );
});

describe('host locks', () => {
  it('keep other holders out, and say who is in the way when it takes too long', async () => {
    const mine = createHostLocks({ directory });
    const other = createHostLocks({ directory, timeoutMs: 50 });
    await mine.hold('a', async () => {
      await expect(other.hold('a', async () => 1)).rejects.toMatchObject({
        code: 'BUSY',
        hint: expect.stringContaining(join(directory, 'a.lock')),
      });
    });
    expect(await other.hold('a', async () => 1)).toBe(1);
  });

  it('end a wait when the caller says so', async () => {
    const abort = new AbortController();
    await createHostLocks({ directory }).hold('a', async () => {
      const waiting = createHostLocks({ directory }).hold('a', async () => 1, { signal: abort.signal });
      setTimeout(() => abort.abort(), 20);
      await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    });
  });

  it('lose no change of several processes', async () => {
    const counter = join(directory, 'counter');
    await writeFile(counter, '0');
    const program = `
      const { readFile, writeFile } = require('node:fs/promises');
      const { createHostLocks } = require(${JSON.stringify(new URL('../dist/index.cjs', import.meta.url).pathname)});
      const locks = createHostLocks({ directory: ${JSON.stringify(directory)} });
      (async () => {
        for (let turn = 0; turn < 50; turn++) await locks.hold('count', async () => {
          const text = await readFile(${JSON.stringify(counter)}, 'utf8');
          await writeFile(${JSON.stringify(counter)}, String(Number(text) + 1));
        });
      })();`;
    const ends = [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'inherit', 'inherit'] });
      return new Promise((resolve) => child.on('close', resolve));
    });
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    expect(await readFile(counter, 'utf8')).toBe('150');
  }, 30_000);
});

describe('the directory of locks', () => {
  it('is the first that can be made and that nobody else may write to', async () => {
    const shared = join(directory, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o777);
    const file = join(directory, 'file');
    await writeFile(file, '');
    const made = join(directory, 'made');
    const candidates = ['/proc/netdev-locks', shared, file, made, join(directory, 'later')];
    expect(await findLockDirectory(candidates)).toBe(made);
    expect((await stat(made)).mode & 0o777).toBe(0o700);
    expect(await findLockDirectory(candidates)).toBe(made);
    await expect(findLockDirectory([shared, file])).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
