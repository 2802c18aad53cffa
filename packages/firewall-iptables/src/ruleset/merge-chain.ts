import { type Counters, ruleLine, type SavedRule } from './saved-table.js';
import type { ForeignOrder, GuestRule } from './wanted-table.js';

/** A rule of a chain as it is to be. */
export interface MergedRule {
  text: string;
  counters: Counters | undefined;
  /** Its place in the chain as it is; `undefined` for a new one. */
  from: number | undefined;
  /** Whether it is one of others, which keeps its place when there is a choice. */
  isForeign: boolean;
}

/** A chain of our own: our rules and nothing else. Rules that are there already keep their counters. */
export function mergeOwnChain(present: readonly SavedRule[], wanted: readonly string[]): MergedRule[] {
  // Most changes are small ones, so what is alike at both ends is not looked up.
  const most = Math.min(present.length, wanted.length);
  let start = 0;
  while (start < most && present[start]?.text === wanted[start]) start += 1;
  let alike = 0;
  while (alike < most - start && present.at(-1 - alike)?.text === wanted.at(-1 - alike)) alike += 1;
  const end = present.length - alike;
  const places = placesByText(present, (_, place) => place >= start && place < end);
  return wanted.map((text, index) => {
    const fromEnd = wanted.length - index;
    const place =
      index < start ? index : fromEnd <= alike ? present.length - fromEnd : places.get(text)?.shift();
    return ourRule(text, place, present);
  });
}

/**
 * A chain that others use too: our top rules, our other rules, then everybody else's in their order.
 *
 * @param isOurs whether a rule goes to one of our own chains
 * @param rankOf which rules of others come before ours, or behind everybody else's
 */
export function mergeSharedChain(
  present: readonly SavedRule[],
  wanted: readonly GuestRule[],
  removals: readonly string[],
  isOurs: (rule: string) => boolean,
  rankOf: (rule: SavedRule) => ForeignRank = () => 'behind',
): MergedRule[] {
  const tops = wanted.filter(({ top }) => top).map(({ text }) => text);
  const others = wanted.filter(({ top }) => !top).map(({ text }) => text);
  const isKept = ({ text }: SavedRule): boolean =>
    !isOurs(text) && !removals.includes(text) && !tops.includes(text);
  const kept = new Set(present.filter(isKept).map(({ text }) => text));
  const places = placesByText(present, (rule) => !isKept(rule));
  // Of several the last one is kept, as its counters are those of the rule that mattered longest.
  const ours = [...tops, ...others.filter((text) => !kept.has(text))].map((text) =>
    ourRule(text, places.get(text)?.pop(), present),
  );
  const foreign = (rank: ForeignRank): MergedRule[] =>
    present.flatMap((rule, from) =>
      isKept(rule) && rankOf(rule) === rank ? [{ ...rule, from, isForeign: true }] : [],
    );
  return [...foreign('first'), ...ours, ...foreign('behind'), ...foreign('last')];
}

/** Where a rule of others stands: before ours, behind them, or at the end. */
export type ForeignRank = 'first' | 'behind' | 'last';

/** Ranks the rules of one chain of others. */
export function rankingOf(chain: string, order: ForeignOrder | undefined): (rule: SavedRule) => ForeignRank {
  if (order === undefined) return () => 'behind';
  return (rule) => {
    const line = ruleLine(chain, rule);
    if (order.first?.test(line) === true) return 'first';
    return order.last?.test(line) === true ? 'last' : 'behind';
  };
}

export function ourRule(text: string, from: number | undefined, present: readonly SavedRule[]): MergedRule {
  return { text, from, counters: from === undefined ? undefined : present[from]?.counters, isForeign: false };
}

export function placesByText(
  rules: readonly SavedRule[],
  counts: (rule: SavedRule, place: number) => boolean,
): Map<string, number[]> {
  const places = new Map<string, number[]>();
  rules.forEach((rule, place) => {
    if (!counts(rule, place)) return;
    const list = places.get(rule.text);
    if (list === undefined) places.set(rule.text, [place]);
    else list.push(place);
  });
  return places;
}
