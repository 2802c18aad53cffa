import type { Family } from '../tools/family.js';
import type { SetUse } from './rendering.js';

/** A chain of intents, by the name that it has behind the owner's prefix. */
export interface ChainRef {
  family: Family;
  table: 'filter' | 'nat';
  chain: string;
}

/** Where a rule stands among those of its chain: all of one rank come before all of the next. */
type Rank = number;

/** Rules of one chain stand next to each other that have the same rank and group. */
interface RulePosition extends ChainRef {
  rank: Rank;
}

/** One rule of an intent, in the kernel's canonical form (as the save programs print it). */
export interface RenderedRule extends RulePosition {
  text: string;
}

/** Rules of one group that stand next to each other. */
export interface RuleSlice extends RulePosition {
  texts: readonly string[];
}

/** What a group of intents stands for in the kernel. */
export interface RenderedGroup {
  /** One at most for each rank of a chain. */
  slices: readonly RuleSlice[];
  /**
   * Chains that are there as long as a group names them, with rules or without: a guest's own, and those that several
   * guests go through. The chains of the frame (see `frame.ts`) are there as long as they have rules.
   */
  chains: readonly ChainRef[];
  /** Left out: none. */
  sets?: readonly SetUse[];
}

/** Puts rules together that stand next to each other. */
export function sliceRules(rules: readonly RenderedRule[]): RuleSlice[] {
  const slices: (RuleSlice & { texts: string[] })[] = [];
  const byChain = new Map<string, typeof slices>();
  for (const rule of rules) {
    const ofChain = byChain.get(rule.chain) ?? [];
    const present = ofChain.find((slice) => samePosition(slice, rule));
    if (present !== undefined) {
      present.texts.push(rule.text);
      continue;
    }
    const { family, table, chain, rank, text } = rule;
    const slice = { family, table, chain, rank, texts: [text] };
    slices.push(slice);
    if (ofChain.push(slice) === 1) byChain.set(chain, ofChain);
  }
  return slices;
}

/** Whether rules stand next to each other. */
export function samePosition(one: RulePosition, other: RulePosition): boolean {
  return (
    one.chain === other.chain &&
    one.family === other.family &&
    one.table === other.table &&
    one.rank === other.rank
  );
}
