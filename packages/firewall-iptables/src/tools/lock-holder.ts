import { readFile, stat } from 'node:fs/promises';

/** Who holds a lock on a file, as `flock (process 8)`; `undefined` when nobody does, or it cannot be known. */
export async function findLockHolder(path: string): Promise<string | undefined> {
  try {
    const [{ dev, ino }, locks] = await Promise.all([stat(path), readFile('/proc/locks', 'utf8')]);
    const pid = holderIn(locks, { dev, ino });
    if (pid === undefined) return undefined;
    return `${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()} (process ${pid})`;
  } catch {
    return undefined;
  }
}

/**
 * Finds the process that holds a lock on a file in what /proc/locks says (proc_locks(5)). Those who wait have an arrow, and
 * a process of another PID namespace has no number above 0.
 */
export function holderIn(locks: string, { dev, ino }: { dev: number; ino: number }): number | undefined {
  // Numbers of devices as in makedev(3).
  const major = (dev >>> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  for (const line of locks.split('\n')) {
    const found = /^\d+: FLOCK +\S+ +\S+ +(\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line);
    if (found === null) continue;
    const [, pid, lockMajor = '', lockMinor = '', inode] = found;
    const isFile =
      Number.parseInt(lockMajor, 16) === major &&
      Number.parseInt(lockMinor, 16) === minor &&
      Number(inode) === ino;
    if (isFile && Number(pid) > 0) return Number(pid);
  }
  return undefined;
}
