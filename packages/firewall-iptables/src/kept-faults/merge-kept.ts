import { type MergedRule, ourRule, placesByText } from '../ruleset/merge-chain.js';
import { ruleLine, type SavedRule } from '../ruleset/saved-table.js';
import type { ForeignOrder, GuestRule } from '../ruleset/wanted-table.js';

/** What one chain is made from. */
export interface KeptChain {
  chain: string;
  present: readonly SavedRule[];
  wanted: readonly GuestRule[];
  /** The owner's mark: every line that contains it counts as one of ours, of an earlier run. */
  owner: string;
  order: ForeignOrder | undefined;
}

/**
 * One chain as the original put it together: lines with the owner's mark anywhere in them are dropped,
 * a top rule takes the place of every rule that contains its text, and of equal rules the last one stays.
 */
export function mergeKept({ chain, present, wanted, owner, order }: KeptChain): MergedRule[] {
  const foreign = present.flatMap((rule, from): MergedRule[] =>
    ruleLine(chain, rule).includes(owner) ? [] : [{ ...rule, from, isForeign: true }],
  );
  const first = take(foreign, order?.first, chain);
  const last = take(first.rest, order?.last, chain);
  const places = placesByText(present, (rule) => ruleLine(chain, rule).includes(owner));
  const asOurs = (text: string): MergedRule => ourRule(text, places.get(text)?.pop(), present);
  let rest = last.rest;
  const tops: MergedRule[] = [];
  const others: MergedRule[] = [];
  for (const { text, top } of wanted) {
    if (!top) {
      others.push(asOurs(text));
      continue;
    }
    const line = `-A ${chain} ${text}`;
    const contains = (rule: SavedRule): boolean => ruleLine(chain, rule).includes(line);
    tops.push(rest.findLast(contains) ?? asOurs(text));
    rest = rest.filter((rule) => !contains(rule));
  }
  return lastOfEqual([...first.taken, ...tops, ...others, ...rest, ...last.taken]);
}

function take(
  rules: readonly MergedRule[],
  pattern: RegExp | undefined,
  chain: string,
): { taken: MergedRule[]; rest: MergedRule[] } {
  const matches = (rule: MergedRule): boolean => pattern?.test(ruleLine(chain, rule)) === true;
  return { taken: rules.filter(matches), rest: rules.filter((rule) => !matches(rule)) };
}

function lastOfEqual(rules: readonly MergedRule[]): MergedRule[] {
  const seen = new Set<string>();
  return rules
    .toReversed()
    .filter(({ text }) => {
      if (seen.has(text)) return false;
      seen.add(text);
      return true;
    })
    .toReversed();
}
