import type { MergedRule } from './merge-chain.js';
import type { Step } from './plan.js';
import type { SavedRule } from './saved-table.js';

/**
 * The single deletions and insertions that make a chain what it is to be. Everything else keeps its
 * place and its counters; rules of others are only touched where they have to move.
 */
export function editChain(
  chain: string,
  present: readonly SavedRule[],
  merged: readonly MergedRule[],
): Step[] {
  const staying = placesThatStay(merged);
  const deletions: Step[] = [];
  // From the end, so that the numbers of those before stay what they are.
  for (let place = present.length - 1; place >= 0; place--) {
    const text = present[place]?.text ?? '';
    if (staying.has(place)) continue;
    // By its text a rule is found whatever somebody else does meanwhile, but only the first of several.
    const isFirst = present.findIndex((rule) => rule.text === text) === place;
    const position = isFirst ? undefined : place + 1;
    deletions.push({ do: 'delete', chain, text, position });
  }
  const insertions = merged.flatMap(({ text, counters, from }, index): Step[] =>
    from !== undefined && staying.has(from)
      ? []
      : [{ do: 'insert', chain, position: index + 1, text, counters }],
  );
  return [...deletions, ...insertions];
}

/** Rules of others first; then of ours, between two of others that stay, as many as are in order. */
function placesThatStay(merged: readonly MergedRule[]): Set<number> {
  const foreign = longestRise(merged.flatMap(({ from, isForeign }) => (isForeign ? (from ?? []) : [])));
  const staying = new Set(foreign);
  let below = -1;
  let gap: number[] = [];
  const closeGap = (above: number): void => {
    for (const place of longestRise(gap.filter((place) => place > below && place < above)))
      staying.add(place);
    below = above;
    gap = [];
  };
  for (const { from, isForeign } of merged) {
    if (from === undefined) continue;
    if (!isForeign) gap.push(from);
    else if (staying.has(from)) closeGap(from);
  }
  closeGap(Number.POSITIVE_INFINITY);
  return staying;
}

/** The longest rising subsequence (patience sorting, O(n log n)). */
function longestRise(numbers: readonly number[]): number[] {
  const ends: number[] = []; // index of the smallest end of a run of each length
  const before: (number | undefined)[] = [];
  numbers.forEach((number, index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] as number] as number) < number) low = middle + 1;
      else high = middle;
    }
    before[index] = ends[low - 1];
    ends[low] = index;
  });
  const run: number[] = [];
  for (let index = ends.at(-1); index !== undefined; index = before[index])
    run.push(numbers[index] as number);
  return run.reverse();
}
