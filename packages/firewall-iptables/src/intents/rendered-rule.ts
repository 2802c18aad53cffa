import type { Family } from '../tools/family.js';

/** A chain of intents, by the name that it has behind the owner's prefix. */
export interface ChainRef {
  family: Family;
  table: 'filter' | 'nat';
  chain: string;
}

/** Where a rule stands among those of its chain: all of one rank come before all of the next. */
type Rank = number;

/** One rule of an intent, in the kernel's canonical form (as the save programs print it). */
export interface RenderedRule extends ChainRef {
  rank: Rank;
  text: string;
}

/** What a group of intents stands for in the kernel. */
export interface RenderedGroup {
  rules: readonly RenderedRule[];
  /**
   * Chains that are there as long as a group names them, with rules or without: a guest's own, and those that several
   * guests go through. The chains of the frame (see `frame.ts`) are there as long as they have rules.
   */
  chains: readonly ChainRef[];
}
