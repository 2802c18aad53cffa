import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who shows nothing for longer has died, and another process has got its pid since. */
const SIGN_OF_LIFE_MS = 300_000;
const POLL_MIN_MS = 10;
const POLL_MAX_MS = 100;

export interface HeldLock {
  /** Shows that its holder is still at work. */
  refresh(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes a lock among processes: each that wants it puts down a file of its own and then looks for those
 * of others. Of two at the same time at least one sees the other and withdraws, so never both hold it; the
 * file of a process that died is known by its pid and counts for nothing. Only names that are never used
 * twice are removed, so that nobody takes away what another just put down.
 *
 * @param patienceMs how long to wait for who holds it
 * @returns `undefined` when the wait was in vain
 */
export async function takeLock(
  folder: string,
  name: string,
  patienceMs: number,
): Promise<HeldLock | undefined> {
  const prefix = `${name}.lock.`;
  const mine = `${prefix}${process.pid}.${randomBytes(6).toString('hex')}`;
  const path = join(folder, mine);
  const until = Date.now() + patienceMs;
  for (let delay = POLL_MIN_MS; ; delay = Math.min(delay * 1.2, POLL_MAX_MS)) {
    if (!(await isHeld(folder, prefix, mine))) {
      await writeFile(path, '', { flag: 'wx', mode: 0o600 });
      if (!(await isHeld(folder, prefix, mine))) return heldLock(path);
      await rm(path, { force: true });
    }
    if (Date.now() >= until) return undefined;
    await sleep(Math.min(delay * (0.5 + Math.random()), Math.max(until - Date.now(), 0)));
  }
}

/** Whether somebody has the lock now. */
export function isLocked(folder: string, name: string): Promise<boolean> {
  return isHeld(folder, `${name}.lock.`);
}

function heldLock(path: string): HeldLock {
  return {
    refresh: async () => {
      const now = new Date();
      await utimes(path, now, now);
    },
    release: () => rm(path, { force: true }),
  };
}

async function isHeld(folder: string, prefix: string, mine?: string): Promise<boolean> {
  const others = (await readdir(folder)).filter((file) => file.startsWith(prefix) && file !== mine);
  const alive = await Promise.all(
    others.map((file) => isAlive(join(folder, file), file.slice(prefix.length))),
  );
  return alive.includes(true);
}

async function isAlive(path: string, rest: string): Promise<boolean> {
  const since = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (since === undefined) return false;
  if (runs(Number.parseInt(rest, 10)) && Date.now() - since < SIGN_OF_LIFE_MS) return true;
  await rm(path, { force: true });
  return false;
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
