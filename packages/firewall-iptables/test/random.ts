/** Choices that are the same in every run with one seed (mulberry32), so that a failure can be played again. */
export interface Random {
  /** A whole number from 0 on, smaller than this. */
  below(end: number): number;
  oneOf<T>(items: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed;
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
  return {
    below,
    oneOf: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('there is nothing to choose from');
      return item;
    },
  };
}
