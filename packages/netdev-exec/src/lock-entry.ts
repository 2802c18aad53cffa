import { mkdirSync, readdirSync, renameSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Holder } from './lock-holder.js';

/**
 * A lock is a directory, and held while there is an entry in it, which has the name of its holder. A holder comes in by a
 * rename, which fails unless the directory is empty or missing, and goes, or is put out, by the removal of its entry, which
 * nobody else ever has the name of (rename(2), rmdir(2)): whoever puts out one that is gone cannot hit the next.
 *
 * All is done at once, without another thread: most locks are in memory (/run), where a step takes less time than to hand it over.
 */
export function enter(lock: string, holder: Holder): boolean {
  const draft = `${lock}.${holder}`;
  mkdirSync(draft);
  try {
    mkdirSync(join(draft, holder));
    renameSync(draft, lock);
    return true;
  } catch (error) {
    removeIfThere(join(draft, holder));
    removeIfThere(draft);
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  }
}

/** Removes a holder from a lock; answers false when it was not there any more. */
export function remove(lock: string, holder: Holder): boolean {
  const was = removeIfThere(join(lock, holder));
  removeIfThere(lock);
  return was;
}

/** Who has a lock. */
export function holderOf(lock: string): Holder | undefined {
  try {
    return readdirSync(lock)[0];
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** When a holder has shown a sign of life last, in milliseconds since 1970; `undefined`: it has the lock no more. */
export function lastSign(lock: string, holder: Holder): number | undefined {
  return statSync(join(lock, holder), { throwIfNoEntry: false })?.mtimeMs;
}

/** Shows a sign of life; answers false when the lock is not the holder's any more. */
export function showSign(lock: string, holder: Holder): boolean {
  const now = new Date();
  try {
    utimesSync(join(lock, holder), now, now);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** An empty directory; one that is not empty stays. */
function removeIfThere(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    // FreeBSD's rmdir(2) and POSIX allow either for one that is not empty.
    if (hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
