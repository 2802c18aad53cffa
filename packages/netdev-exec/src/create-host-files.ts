import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PermissionError, PlatformError } from 'netdev-core';
import type { FilePart, FileWatch, HostFiles } from './host-files.js';

/** Not there, or (below /proc, proc(5)) of a process that ended while it was read. */
const absences: readonly string[] = ['ENOENT', 'ESRCH'];

/** The files of this host. */
export function createHostFiles(): HostFiles {
  return {
    read: (path) => missingAs(undefined, 'read', path, () => readFile(path, 'utf8')),
    readFrom: (path, offset) => missingAs(undefined, 'read', path, () => readFrom(path, offset)),
    version: (path) =>
      missingAs(undefined, 'read', path, async () => {
        const { ino, size, ctimeNs } = await stat(path, { bigint: true });
        return `${ino} ${size} ${ctimeNs}`;
      }),
    write: (path, text, { mode = 0o644 } = {}) => reported('write', path, () => replace(path, text, mode)),
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

async function readFrom(path: string, offset: number): Promise<FilePart> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return { bytes: bytes.subarray(0, bytesRead), size };
  } finally {
    await file.close();
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
async function replace(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(draft, 'wx', mode);
    try {
      // Whatever the umask of this program is: others may have to read it.
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
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
