import { InvalidArgumentError } from 'netdev-core';
import type { HostLocks } from './host-locks.js';

/** Locks within this program only: for tests and dry runs. */
export function createMemoryLocks(): HostLocks {
  const queue = createLockQueue();
  return { hold: async (name, work) => queue.inTurn(parseLockName(name), work) };
}

/** Lets the works of one name, within this program, run one after another, in the order in which they came. */
export interface LockQueue {
  inTurn<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Settles when nothing that has come so far is under way any more. Never rejects. */
  idle(): Promise<void>;
}

export function createLockQueue(): LockQueue {
  const last = new Map<string, Promise<unknown>>();
  return {
    inTurn(name, work) {
      const before = last.get(name) ?? Promise.resolve();
      const mine = before.then(work, work);
      const settled = mine.then(
        () => {},
        () => {},
      );
      last.set(name, settled);
      void settled.then(() => {
        if (last.get(name) === settled) last.delete(name);
      });
      return mine;
    },
    idle: async () => {
      await Promise.all(last.values());
    },
  };
}

/** The name becomes a file's. @throws InvalidArgumentError */
export function parseLockName(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(value)) return value;
  throw new InvalidArgumentError('lock', value, 'a name of 1 to 100 of A-Z a-z 0-9 _ . -');
}
