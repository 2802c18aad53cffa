/** A block is split when it holds more: small enough to be walked, large enough that there are few. */
const BLOCK_SIZE = 256;

interface Block {
  keys: number[];
  counts: number[];
  total: number;
}

/**
 * Numbers in rising order, each of which stands for so many rules of a chain. Says how many rules come before one of
 * them, without work that grows with all of them.
 */
export interface CountedOrder {
  /** The rules of all. */
  readonly total: number;
  /** The rules before this number, whether it is there or not. */
  before(key: number): number;
  /** Puts a number in, changes what it stands for, or takes it out with 0. */
  set(key: number, count: number): void;
  /** The numbers in their order. */
  keys(): Iterable<number>;
}

export function createCountedOrder(): CountedOrder {
  const blocks: Block[] = [{ keys: [], counts: [], total: 0 }];
  let total = 0;

  /** The block that a number is in, or would be. */
  const blockOf = (key: number): number => {
    const after = lowerBound(blocks.length, (place) => (blocks[place]?.keys[0] ?? 0) > key);
    return Math.max(0, after - 1);
  };

  return {
    get total() {
      return total;
    },
    before(key) {
      const place = blockOf(key);
      let count = 0;
      for (let each = 0; each < place; each++) count += blocks[each]?.total ?? 0;
      const { keys, counts } = blocks[place] as Block;
      for (let each = 0; each < keys.length && (keys[each] as number) < key; each++)
        count += counts[each] as number;
      return count;
    },
    set(key, count) {
      const place = blockOf(key);
      const block = blocks[place] as Block;
      const at = lowerBound(block.keys.length, (each) => (block.keys[each] as number) >= key);
      const present = block.keys[at] === key;
      const change = count - (present ? (block.counts[at] as number) : 0);
      const inserted = count === 0 ? [] : [key];
      block.keys.splice(at, present ? 1 : 0, ...inserted);
      block.counts.splice(at, present ? 1 : 0, ...(count === 0 ? [] : [count]));
      block.total += change;
      total += change;
      if (block.keys.length === 0 && blocks.length > 1) blocks.splice(place, 1);
      if (block.keys.length > BLOCK_SIZE) blocks.splice(place, 1, ...halves(block));
    },
    *keys() {
      for (const { keys } of blocks) yield* keys;
    },
  };
}

function halves({ keys, counts, total }: Block): [Block, Block] {
  const middle = keys.length >> 1;
  const first = counts.slice(0, middle);
  const sum = first.reduce((all, count) => all + count, 0);
  return [
    { keys: keys.slice(0, middle), counts: first, total: sum },
    { keys: keys.slice(middle), counts: counts.slice(middle), total: total - sum },
  ];
}

/** The first of so many places where something is so, which it is at all that follow. */
function lowerBound(length: number, isSo: (place: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
