import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may go on before the program gets its turn, in milliseconds. */
const TURN_MS = 2;

/** Long work, done in turns with the rest of the program: `if (turns.isOver) await turns.next()` between its pieces. */
export interface Turns {
  /** Whether this turn has taken long enough. */
  readonly isOver: boolean;
  /** Waits for the next turn, and begins it. */
  next(): Promise<void>;
}

/**
 * Begins a turn. Turns are told by the clock, not by a count of pieces: the first pieces, which no compiler has seen, take
 * many times as long as the later ones.
 */
export function takeTurns(clock: () => number = () => performance.now()): Turns {
  let start = clock();
  return {
    get isOver() {
      return clock() - start >= TURN_MS;
    },
    async next() {
      await nextTurn();
      start = clock();
    },
  };
}
