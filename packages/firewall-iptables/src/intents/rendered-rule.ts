import type { Family } from '../tools/family.js';

/**
 * The chains that intents are rendered into, by the name they have behind the owner's prefix. Eleven
 * characters at most: the prefix has 16, the dash one, and a chain's name 28 (XT_EXTENSION_MAXNAMELEN
 * of linux/netfilter/x_tables.h is 29 with its NUL).
 */
export type IntentChain =
  | 'input'
  | 'forward'
  | 'outbound'
  | 'translated'
  | 'prerouting'
  | 'output'
  | 'postrouting'
  | 'frames-in'
  | 'frames-fwd'
  | 'frames-out';

/** Where a rule stands among those of its chain: all of one rank come before all of the next. */
type Rank = number;

/** One rule of an intent, in the kernel's canonical form (as the save programs print it). */
export interface RenderedRule {
  family: Family;
  table: 'filter' | 'nat';
  chain: IntentChain;
  rank: Rank;
  text: string;
}
