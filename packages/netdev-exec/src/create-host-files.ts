import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  openSync,
  readSync,
  renameSync,
  statSync,
  watch,
  writeFile,
  writeFileSync,
} from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PermissionError, PlatformError } from 'netdev-core';
import type { FilePart, FileWatch, HostFiles, WriteOptions } from './host-files.js';

const sync = promisify(fsync);
const writeAll: (file: number, text: string) => Promise<void> = promisify(writeFile);

/** What is not longer goes to memory at once, for less than it costs to hand it over to another thread. */
const SHORT_TEXT = 16_384;

/** Not there, or (below /proc, proc(5)) of a process that ended while it was read. */
const absences: readonly string[] = ['ENOENT', 'ESRCH'];

/** The files of this host. */
export function createHostFiles(): HostFiles {
  return {
    read: (path) => missingAs(undefined, 'read', path, () => readFile(path, 'utf8')),
    readFrom: (path, offset) => missingAs(undefined, 'read', path, async () => readFrom(path, offset)),
    version: (path) =>
      missingAs(undefined, 'read', path, async () => {
        const { ino, size, ctimeNs } = statSync(path, { bigint: true });
        return `${ino} ${size} ${ctimeNs}`;
      }),
    write: (path, text, options = {}) => reported('write', path, () => replace(path, text, options)),
    empty: (path) =>
      missingAs(false, 'empty', path, async () => {
        await truncate(path);
        return true;
      }),
    setMode: (path, mode) =>
      missingAs(false, 'set mode of', path, async () => {
        await chmod(path, mode);
        return true;
      }),
    remove: (path) =>
      missingAs(false, 'remove', path, async () => {
        await lstat(path);
        await rm(path, { recursive: true });
        return true;
      }),
    list: async (directory) => (await missingAs([], 'list', directory, () => readdir(directory))).sort(),
    makeDirectory: (path, { mode = 0o755 } = {}) =>
      reported('make directory', path, async () => {
        await mkdir(path, { recursive: true, mode });
      }),
    watch: watchFile,
  };
}

/**
 * Without another thread: what has just been written is in memory, and to hand the look at it over would cost many times
 * as much as the look.
 */
function readFrom(path: string, offset: number): FilePart {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size <= offset) return { bytes: Buffer.alloc(0), size };
    const bytes = Buffer.alloc(size - offset);
    return { bytes: bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset)), size };
  } finally {
    closeSync(file);
  }
}

function watchFile(path: string, onChange: () => void): FileWatch | undefined {
  try {
    const watcher = watch(path, { persistent: false }, () => onChange());
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // Not there, or the system watches as many files as it is let (fs.inotify.max_user_watches).
    return undefined;
  }
}

/** A reader, and a crash at any point, sees the old text or the new one. */
async function replace(path: string, text: string, options: WriteOptions): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeDraft(draft, text, options).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(dirname(path), { recursive: true });
      await writeDraft(draft, text, options);
    });
    renameSync(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** What waits for the disk is another thread's: a long text, and the wait itself. */
async function writeDraft(
  draft: string,
  text: string,
  { mode = 0o644, lossByCrash = 'nothing' }: WriteOptions,
): Promise<void> {
  const file = openSync(draft, 'wx', mode);
  try {
    // Whatever the umask of this program is: others may have to read it.
    fchmodSync(file, mode);
    if (text.length <= SHORT_TEXT) writeFileSync(file, text);
    else await writeAll(file, text);
    if (lossByCrash === 'nothing') await sync(file);
  } finally {
    closeSync(file);
  }
}

async function missingAs<T, Missing>(
  missing: Missing,
  operation: string,
  path: string,
  work: () => Promise<T>,
): Promise<T | Missing> {
  try {
    return await work();
  } catch (error) {
    if (absences.includes((error as NodeJS.ErrnoException).code ?? '')) return missing;
    throw fileError(operation, path, error);
  }
}

async function reported<T>(operation: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(operation, path, error);
  }
}

function fileError(operation: string, object: string, cause: unknown): PermissionError | PlatformError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const details = { operation, object, detail: message, errno: code, cause };
  return code === 'EACCES' || code === 'EPERM'
    ? new PermissionError({
        ...details,
        hint: 'choose a directory that this user may write to, or run as root',
      })
    : new PlatformError(details);
}
