import type { NetDevOperation } from 'netdev-core';

/** One request that puts something back. */
export interface RestoringStep {
  /** For the error, when it cannot be put back: `route 10.0.0.0/8`. */
  what: string;
  request: Uint8Array;
  /** What is told, where the contract has a word for it. */
  told: NetDevOperation | undefined;
}

/** What goes before anything comes, and what comes. */
export interface Restoring {
  off: RestoringStep[];
  on: RestoringStep[];
}

/** What the steps are found by. */
export interface RestoringContext {
  /** The names that links had when the batch began, for what is told. */
  nameOf(index: number): string | undefined;
  /** Whether a link is one of those that the batch is about. */
  isOurs(index: number): boolean;
}

/** Groups messages by what makes a list of them, each list in its order. */
export function grouped<T>(messages: readonly T[], keyOf: (message: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const message of messages) {
    const group = groups.get(keyOf(message));
    if (group === undefined) groups.set(keyOf(message), [message]);
    else group.push(message);
  }
  return groups;
}
