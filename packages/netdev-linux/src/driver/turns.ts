import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may go on before the program gets its turn, in milliseconds. */
const TURN_MS = 2;

/** Long work, done in turns with the rest of the program. */
export interface Turns {
  /** Waits for the next turn if this one has taken long enough: to be asked between two pieces of work. */
  between(): Promise<void> | undefined;
}

/**
 * Begins a turn. Turns are told by the clock, not by a count of pieces: the first pieces, which no compiler has seen, take
 * many times as long as the later ones.
 */
export function takeTurns(clock: () => number = () => performance.now()): Turns {
  let start = clock();
  return {
    between() {
      if (clock() - start < TURN_MS) return undefined;
      return nextTurn().then(() => {
        start = clock();
      });
    },
  };
}
