import { hash } from 'node:crypto';
import { type FrameChain, frameChains } from './frame.js';
import type { RuleSlice } from './rendered-rule.js';

/** Characters of a page's mark: what is left of the eleven that a name has behind the owner's prefix. */
const MARK_LENGTH = 8;

/**
 * What the pages are called by that a group begins, one in each chain of the frame that it has rules in. One of 64 groups
 * begins pages: enough that iptables-nft, which reads a chain before it takes a rule out, has little to read, and few
 * enough that the jumps are few. That depends on the key alone, so that the same groups always have the same pages.
 */
export function pageMark(key: string): string | undefined {
  const digest = hash('sha256', key, 'base64url');
  // One of 64 characters.
  return digest.startsWith('A') ? digest.slice(1, 1 + MARK_LENGTH) : undefined;
}

/** The name of the page that a slice begins behind the owner's prefix: a letter for its chain, its rank, and the mark. */
export function pageName({ chain, rank }: Pick<RuleSlice, 'chain' | 'rank'>, mark: string): string {
  return `${letters.get(chain as FrameChain)}${rank}.${mark}`;
}

const letters = new Map(
  frameChains.map((chain, index) => [chain, String.fromCharCode('a'.charCodeAt(0) + index)]),
);
const byLetter = new Map([...letters].map(([chain, letter]) => [letter, chain]));

/** The chain that is divided into pages of which this is one; the chain itself if it is none. */
export function wholeOf(chain: string): string {
  const letter = /^([a-z])\d\./.exec(chain)?.[1];
  return (letter === undefined ? undefined : byLetter.get(letter)) ?? chain;
}
