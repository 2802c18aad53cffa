import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who holds a lock for longer has died, and another process has got its pid since. */
const LONGEST_HOLD_MS = 300_000;
const POLL_MS = 10;

export interface HeldLock {
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
  for (;;) {
    if (!(await isHeld(folder, prefix, mine))) {
      await writeFile(path, '', { flag: 'wx', mode: 0o600 });
      if (!(await isHeld(folder, prefix, mine))) return { release: () => rm(path, { force: true }) };
      await rm(path, { force: true });
    }
    if (Date.now() >= until) return undefined;
    await sleep(POLL_MS * (0.5 + Math.random()));
  }
}

async function isHeld(folder: string, prefix: string, mine: string): Promise<boolean> {
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
  if (runs(Number.parseInt(rest, 10)) && Date.now() - since < LONGEST_HOLD_MS) return true;
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
