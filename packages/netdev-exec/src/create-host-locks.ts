import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AbortedError, BusyError } from 'netdev-core';
import { onExit } from 'signal-exit';
import type { HostLocks } from './host-locks.js';
import { findLockDirectory } from './lock-directory.js';
import { enter, holderOf, lastSign, remove, showSign } from './lock-entry.js';
import { type Holder, isGone, newHolder, pidOf } from './lock-holder.js';
import { createLockQueue, parseLockName } from './lock-queue.js';

/** How locks are kept. */
export interface HostLocksOptions {
  /** Left out: `/run/netdev-locks` for root, a directory of the user's own for others. Made if missing. */
  directory?: string | undefined;
  /** Milliseconds that a lock is waited for. Left out: 60,000. */
  timeoutMs?: number | undefined;
}

/** Milliseconds without a sign of life after which a lock's holder counts as dead. */
const STALE_MS = 10_000;
const SIGN_MS = STALE_MS / 2;

const WAIT_MIN_MS = 2;
const WAIT_MAX_MS = 25;

/**
 * Locks between processes, as entries of a directory. One whose holder was killed is free at once where that can be told:
 * on Linux, in the same pid namespace, when nothing runs any more in the holder's process group either, which the programs
 * that it has started belong to. Elsewhere it is free after ten seconds, since a holder shows a sign of life every few.
 */
export function createHostLocks({ directory, timeoutMs = 60_000 }: HostLocksOptions = {}): HostLocks {
  const queue = createLockQueue();
  let found: Promise<string> | undefined;
  const place = async (): Promise<string> => {
    if (directory !== undefined) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      return directory;
    }
    found ??= findLockDirectory();
    return found;
  };

  const take = async (name: string, signal: AbortSignal | undefined): Promise<HeldLock> => {
    const lock = join(await place(), `${name}.lock`);
    const holder = newHolder();
    const deadline = Date.now() + timeoutMs;
    let delay = WAIT_MIN_MS;
    // Nobody has most locks: it is tried first, and looked at then.
    for (let other: Holder | undefined; ; other = holderOf(lock)) {
      if (signal?.aborted === true)
        throw new AbortedError({ operation: 'wait for', object: `the lock ${name}`, cause: signal.reason });
      if (other === undefined) {
        if (enter(lock, holder)) return keepHold(lock, holder);
      } else if (isDead(lock, other)) remove(lock, other);
      else {
        if (Date.now() > deadline) throw heldTooLong(name, lock, timeoutMs, other);
        // Not in step with others who wait.
        await wait(delay * (0.5 + Math.random()));
        delay = Math.min(delay * 1.5, WAIT_MAX_MS);
      }
    }
  };

  return {
    hold: async (name, work, { signal } = {}) =>
      queue.inTurn(parseLockName(name), async () => {
        const held = await take(name, signal);
        let result: Awaited<ReturnType<typeof work>>;
        let wasOurs: boolean;
        try {
          result = await work();
        } finally {
          wasOurs = held.release();
        }
        if (!wasOurs) throw lostMeanwhile(name);
        return result;
      }),
  };
}

function isDead(lock: string, holder: Holder): boolean {
  if (isGone(holder)) return true;
  const seen = lastSign(lock, holder);
  return seen !== undefined && seen < Date.now() - STALE_MS;
}

interface HeldLock {
  /** Gives it back; answers false when it was lost meanwhile. */
  release(): boolean;
}

/** The locks that are given back when the program ends in the midst of its work. */
const heldLocks = new Set<HeldLock>();
let isWatchingExit = false;

function keepHold(lock: string, holder: Holder): HeldLock {
  const signs = setInterval(() => {
    try {
      showSign(lock, holder);
    } catch {
      // Perhaps the next one can be shown.
    }
  }, SIGN_MS);
  signs.unref();
  const mine: HeldLock = {
    release: () => {
      clearInterval(signs);
      heldLocks.delete(mine);
      return remove(lock, holder);
    },
  };
  heldLocks.add(mine);
  if (!isWatchingExit) {
    isWatchingExit = true;
    onExit(() => {
      for (const lock of heldLocks) {
        try {
          lock.release();
        } catch {
          // Whoever waits for it finds its holder gone.
        }
      }
    });
  }
  return mine;
}

function heldTooLong(name: string, lock: string, timeoutMs: number, holder: Holder): BusyError {
  const pid = pidOf(holder);
  return new BusyError({
    operation: 'take',
    object: `the lock ${name}`,
    detail: `another process has had it for ${timeoutMs / 1000} s`,
    hint: `its entry is ${lock}${pid === undefined ? '' : `, now of the process ${pid}`}`,
  });
}

function lostMeanwhile(name: string): BusyError {
  return new BusyError({
    operation: 'keep',
    object: `the lock ${name}`,
    detail: 'it was lost while the work was done, so another process may have worked at the same time',
    hint: 'this program did not get to run for ten seconds; do the work again',
  });
}
