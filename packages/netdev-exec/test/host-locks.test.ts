import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
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

/** Starts a program of its own process group that has `locks`. */
function start(code: string): ChildProcess {
  const program = `
    const { spawn } = require('node:child_process');
    const { readFile, writeFile } = require('node:fs/promises');
    const { createHostLocks } = require(${JSON.stringify(new URL('../dist/index.cjs', import.meta.url).pathname)});
    const locks = createHostLocks({ directory: ${JSON.stringify(directory)} });
    const forever = new Promise((resolve) => setTimeout(resolve, 1e9));
    (async () => { ${code} })().finally(() => process.exit());`;
  return spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
}

/** Starts a program that has the lock `a` until it is ended. */
async function holding(code: string): Promise<ChildProcess> {
  const child = start(`await locks.hold('a', async () => { ${code} console.log('held'); await forever; });`);
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Sets when the holder of the lock `a` has shown the last sign of life. */
async function signOfLife(day: string): Promise<void> {
  const lock = join(directory, 'a.lock');
  for (const name of await readdir(lock)) await utimes(join(lock, name), new Date(day), new Date(day));
}

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

  it('lose no change of several processes, though others are killed while they hold it', async () => {
    const counter = join(directory, 'counter');
    await writeFile(counter, '0');
    const counting = () =>
      start(`
        for (let turn = 0; turn < 50; turn++) await locks.hold('count', async () => {
          const text = await readFile(${JSON.stringify(counter)}, 'utf8');
          await writeFile(${JSON.stringify(counter)}, String(Number(text) + 1));
        });`);
    const killed = () =>
      start(`await locks.hold('count', async () => process.kill(process.pid, 'SIGKILL'));`);
    const children = [counting(), killed(), counting(), killed(), counting(), killed()];
    const ends = await Promise.all(children.map(async (child) => once(child, 'close')));
    const [counted, gone] = [
      [0, null],
      [null, 'SIGKILL'],
    ];
    expect(ends).toEqual([counted, gone, counted, gone, counted, gone]);
    expect(await createHostLocks({ directory }).hold('count', () => readFile(counter, 'utf8'))).toBe('150');
    expect(await readdir(directory)).toEqual(['counter']);
  }, 60_000);

  it('are free at once when their holder was killed', async () => {
    const child = await holding('');
    await end(child);
    await signOfLife('3000-01-01');
    expect(await createHostLocks({ directory }).hold('a', async () => 7)).toBe(7);
  });

  it('are not free while something runs on that a killed holder has started', async () => {
    const child = await holding("spawn('sleep', ['60'], { stdio: 'ignore' });");
    try {
      await end(child);
      await signOfLife('3000-01-01');
      await expect(
        createHostLocks({ directory, timeoutMs: 50 }).hold('a', async () => 1),
      ).rejects.toMatchObject({
        code: 'BUSY',
        hint: expect.stringContaining(`of the process ${child.pid}`),
      });
    } finally {
      process.kill(-Number(child.pid), 'SIGKILL');
    }
  });

  it('are free by time alone when their holder is of another pid namespace or kernel', async () => {
    await end(await holding(''));
    const lock = join(directory, 'a.lock');
    const [holder = ''] = await readdir(lock);
    await rename(join(lock, holder), join(lock, holder.replace(/[0-9a-f]+(\.[0-9a-f]+)$/, 'abc$1')));
    await expect(
      createHostLocks({ directory, timeoutMs: 50 }).hold('a', async () => 1),
    ).rejects.toMatchObject({
      code: 'BUSY',
      hint: expect.not.stringContaining('process'),
    });
    await signOfLife('2000-01-01');
    expect(await createHostLocks({ directory, timeoutMs: 50 }).hold('a', async () => 7)).toBe(7);
  });

  it.each([
    ['process.exit(3);', [3, null]],
    ["process.kill(process.pid, 'SIGTERM');", [null, 'SIGTERM']],
  ])('are given back by a program that ends in the midst of its work: %s', async (code, outcome) => {
    expect(
      await once(start(`await locks.hold('a', async () => { ${code} await forever; });`), 'close'),
    ).toEqual(outcome);
    expect(await readdir(directory)).toEqual([]);
  });

  it('that were lost are said to be, and not taken from the next holder', async () => {
    const lock = join(directory, 'a.lock');
    const work = async () => {
      const [mine = ''] = await readdir(lock);
      await rmdir(join(lock, mine));
      await mkdir(join(lock, '1.2.3.abc'));
    };
    await expect(createHostLocks({ directory }).hold('a', work)).rejects.toMatchObject({
      code: 'BUSY',
      operation: 'keep',
    });
    expect(await readdir(lock)).toEqual(['1.2.3.abc']);
  });
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
