import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AbortedError, BusyError } from 'netdev-core';
import { lock } from 'proper-lockfile';
import type { HostLocks } from './host-locks.js';
import { findLockDirectory } from './lock-directory.js';
import { lockFileSystem } from './lock-file-system.js';
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

const WAIT_MIN_MS = 2;
const WAIT_MAX_MS = 25;

/**
 * Locks between processes, as entries of a directory: a holder shows a sign of life every few seconds,
 * so that one that was killed holds nobody up for longer than ten.
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

  const take = async (name: string, signal: AbortSignal | undefined): Promise<Taken> => {
    const file = join(await place(), name);
    const deadline = Date.now() + timeoutMs;
    let lost: Error | undefined;
    for (let delay = WAIT_MIN_MS; ; delay = Math.min(delay * 1.5, WAIT_MAX_MS)) {
      if (signal?.aborted === true)
        throw new AbortedError({ operation: 'wait for', object: `the lock ${name}`, cause: signal.reason });
      try {
        const release = await lock(file, {
          fs: lockFileSystem,
          realpath: false,
          stale: STALE_MS,
          onCompromised: (error) => {
            lost = error;
          },
        });
        return { release, lost: () => lost };
      } catch (error) {
        if ((error as { code?: string }).code !== 'ELOCKED') throw error;
        if (Date.now() > deadline) throw heldTooLong(name, file, timeoutMs);
        // Not in step with others who wait.
        await wait(delay * (0.5 + Math.random()));
      }
    }
  };

  return {
    hold: async (name, work, { signal } = {}) =>
      queue.inTurn(parseLockName(name), async () => {
        const { release, lost } = await take(name, signal);
        let result: Awaited<ReturnType<typeof work>>;
        try {
          result = await work();
        } finally {
          // What is lost already cannot be given back.
          if (lost() === undefined) await release();
        }
        if (lost() !== undefined) throw lostMeanwhile(name, lost());
        return result;
      }),
  };
}

interface Taken {
  release(): Promise<void>;
  /** Why the lock was lost meanwhile, if it was. */
  lost(): Error | undefined;
}

function heldTooLong(name: string, file: string, timeoutMs: number): BusyError {
  return new BusyError({
    operation: 'take',
    object: `the lock ${name}`,
    detail: `another process has had it for ${timeoutMs / 1000} s`,
    hint: `its entry is ${file}.lock`,
  });
}

function lostMeanwhile(name: string, cause: unknown): BusyError {
  return new BusyError({
    operation: 'keep',
    object: `the lock ${name}`,
    detail: 'it was lost while the work was done, so another process may have worked at the same time',
    hint: 'this program did not get to run for ten seconds; do the work again',
    cause,
  });
}
