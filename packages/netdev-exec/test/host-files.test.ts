import { spawn } from 'node:child_process';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDryRunFiles, createHostFiles, createMemoryFiles, type HostFiles } from '../src/index.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'netdev-files-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe.each<[string, () => HostFiles]>([
  ['the disk', createHostFiles],
  ['memory', createMemoryFiles],
  ['a dry run', () => createDryRunFiles({ onCommand: () => {} })],
])('files on %s', (_, create) => {
  it('are written, read, listed and removed', async () => {
    const files = create();
    const path = join(directory, 'a/b/c.conf');
    expect(await files.read(path)).toBeUndefined();
    expect(await files.list(join(directory, 'a/b'))).toEqual([]);
    await files.write(path, 'one');
    await files.write(path, 'two');
    expect(await files.read(path)).toBe('two');
    expect(await files.list(join(directory, 'a/b'))).toEqual(['c.conf']);
    expect(await files.setMode(path, 0o600)).toBe(true);
    expect(await files.remove(join(directory, 'a'))).toBe(true);
    expect(await files.remove(join(directory, 'a'))).toBe(false);
    expect(await files.read(path)).toBeUndefined();
    expect(await files.setMode(path, 0o600)).toBe(false);
  });

  it('are written whole, however long', async () => {
    const files = create();
    const path = join(directory, 'long');
    for (const count of [0, 3276, 3277, 200_000]) {
      const text = 'ä€😀 '.repeat(count);
      await files.write(path, text);
      const read = await files.read(path);
      expect([read?.length, read === text]).toEqual([text.length, true]);
    }
    expect(await files.list(directory)).toContain('long');
  });

  it('have another version after each change, and so have directories', async () => {
    const files = create();
    const folder = join(directory, 'versions');
    const path = join(folder, 'one');
    expect(await files.version(path)).toBeUndefined();
    await files.write(path, 'a');
    const first = await files.version(path);
    expect(await files.version(path)).toBe(first);
    await files.write(path, 'b');
    expect(await files.version(path)).not.toBe(first);
    const ofFolder = await files.version(folder);
    await files.write(join(folder, 'two'), '');
    expect(await files.version(folder)).not.toBe(ofFolder);
    await files.remove(folder);
  });
});

describe.each<[string, () => HostFiles]>([
  ['the disk', createHostFiles],
  ['memory', createMemoryFiles],
])('a file that grows, on %s', (name, create) => {
  const path = (): string => join(directory, `grows on ${name}`);

  it('is read from an offset in bytes, and tells its length', async () => {
    const files = create();
    expect(await files.readFrom(path(), 0)).toBeUndefined();
    await files.write(path(), 'é\nline\n');
    const { bytes, size } = (await files.readFrom(path(), 3)) ?? {};
    expect([bytes?.toString(), size]).toEqual(['line\n', 8]);
    expect(await files.readFrom(path(), 9)).toEqual({ bytes: Buffer.alloc(0), size: 8 });
    expect(await files.empty(path())).toBe(true);
    expect(await files.readFrom(path(), 3)).toEqual({ bytes: Buffer.alloc(0), size: 0 });
    await files.remove(path());
    expect(await files.empty(path())).toBe(false);
  });

  it('tells who watches it that it has changed, until that one stops', async () => {
    const files = create();
    let changes = 0;
    const onChange = (): void => {
      changes += 1;
    };
    expect(files.watch(path(), onChange)).toBeUndefined();
    await files.write(path(), 'one');
    const watch = files.watch(path(), onChange);
    await files.empty(path());
    await expect.poll(() => changes).toBeGreaterThan(0);
    watch?.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = changes;
    await files.remove(path());
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(changes).toBe(before);
  });
});

describe('files on the disk', () => {
  it('emptied in place are gone on with by who appends to them', async () => {
    const path = join(directory, 'log');
    const log = await open(path, 'a');
    await log.write('first');
    await createHostFiles().empty(path);
    await log.write('second');
    await log.close();
    expect(await createHostFiles().read(path)).toBe('second');
  });

  it('have the mode asked for', async () => {
    const path = join(directory, 'script');
    await createHostFiles().write(path, '#!/bin/sh\n', { mode: 0o755 });
    expect((await stat(path)).mode & 0o777).toBe(0o755);
    await createHostFiles().setMode(path, 0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('of a process that ends meanwhile are not there', async () => {
    const files = createHostFiles();
    const outcomes = new Set<string>();
    for (let round = 0; round < 30; round++) {
      const child = spawn('true');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      let running = true;
      void ended.then(() => {
        running = false;
      });
      while (running) outcomes.add(typeof (await files.read(`/proc/${child.pid}/cmdline`)));
      await ended;
      outcomes.add(typeof (await files.read(`/proc/${child.pid}/cmdline`)));
    }
    expect(outcomes).toContain('undefined');
  });

  it('leave nothing behind when they cannot be written', async () => {
    const files = createHostFiles();
    await files.makeDirectory(join(directory, 'taken'));
    await expect(files.write(join(directory, 'taken'), 'x')).rejects.toMatchObject({
      code: 'PLATFORM',
      operation: 'write',
    });
    expect((await files.list(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
