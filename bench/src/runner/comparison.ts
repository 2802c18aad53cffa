import { median } from './median.js';

/** One line of what a benchmark says on stdout. */
export interface Comparison {
  bench: string;
  case: string;
  /** What ours is compared to. */
  against: string;
  /** Ours divided by theirs, the median over the pairs: below 1 is faster. */
  ratio: number;
  pairs: number;
  /** Medians, in milliseconds. */
  oursMs: number;
  theirsMs: number;
}

/** Compares times of pairs, each a run of ours and one of theirs in the same round. @throws RangeError when there are none */
export function compare(
  names: Pick<Comparison, 'bench' | 'case' | 'against'>,
  ours: readonly number[],
  theirs: readonly number[],
): Comparison {
  const ratios = ours.map((time, round) => time / (theirs[round] ?? Number.NaN));
  return {
    ...names,
    ratio: rounded(median(ratios), 4),
    pairs: ratios.length,
    oursMs: rounded(median(ours), 2),
    theirsMs: rounded(median(theirs), 2),
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
