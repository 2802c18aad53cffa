import { rule } from './match.js';
import type { RenderedRule } from './rendered-rule.js';

/**
 * The chains that intents are rendered into, by the name they have behind the owner's prefix, each with the chain that
 * jumps to it: a built-in one, or one that holds nothing but such jumps, in this order. Eleven characters at most: the
 * prefix has 16, the dash one, and a chain's name 28 (XT_EXTENSION_MAXNAMELEN of linux/netfilter/x_tables.h is 29 with
 * its NUL). `outbound` and `translated` are reached by rules of `forward`.
 *
 * Whatever many guests have rules of is the last of its chain, so that a rule more is appended: to insert it anywhere
 * else makes iptables-nft read the whole table first.
 */
const parents = {
  'guests-in': 'INPUT',
  input: 'INPUT',
  guests: 'FORWARD',
  forward: 'FORWARD',
  outbound: undefined,
  translated: undefined,
  prerouting: 'PREROUTING',
  'pre-ports': 'prerouting',
  'pre-float': 'prerouting',
  output: 'OUTPUT',
  'out-ports': 'output',
  'out-float': 'output',
  postrouting: 'POSTROUTING',
  'post-hair': 'postrouting',
  'post-nonat': 'postrouting',
  'post-float': 'postrouting',
  'post-snat': 'postrouting',
  'frames-in': 'INPUT',
  'frames-fwd': 'FORWARD',
  'frames-out': 'OUTPUT',
} as const;

export type FrameChain = keyof typeof parents;

export const frameChains = Object.keys(parents) as readonly FrameChain[];

/** Chains that hold jumps to others of the frame, and no rules of intents. */
const branches: ReadonlySet<string> = new Set(
  Object.values(parents).flatMap((parent) => (parent !== undefined && isOfFrame(parent) ? [parent] : [])),
);

/** Chains that only `forward` leads to. */
const behindForward: ReadonlySet<FrameChain> = new Set<FrameChain>(['outbound', 'translated']);

export function isOfFrame(chain: string): chain is FrameChain {
  return Object.hasOwn(parents, chain);
}

/**
 * The chains of the frame that are needed in one table, in their order.
 *
 * @param holdsRules whether a chain has rules of intents, beside those that stand there in any case
 */
export function framePresent(holdsRules: (chain: FrameChain) => boolean): FrameChain[] {
  const present = new Set<string>();
  for (const chain of frameChains) {
    // Where no policy holds anything up, there is nothing to let through either.
    if (branches.has(chain) || !holdsRules(behindForward.has(chain) ? 'forward' : chain)) continue;
    present.add(chain);
    const parent = parents[chain];
    if (parent !== undefined) present.add(parent);
  }
  return frameChains.filter((chain) => present.has(chain));
}

/** The jumps of the frame: from which chain (a built-in one, or one of ours by its bare name) to which of ours. */
export function frameJumps(
  present: readonly FrameChain[],
): { from: string; to: FrameChain; builtin: boolean }[] {
  return present.flatMap((to) => {
    const from = parents[to];
    return from === undefined ? [] : [{ from, to, builtin: !isOfFrame(from) }];
  });
}

/** The rules that stand once in chains of the frame, whatever the intents are. */
export function frameRules(): RenderedRule[] {
  const established = { states: 'RELATED,ESTABLISHED' };
  return (['ipv4', 'ipv6'] as const).flatMap((family): RenderedRule[] => [
    // Its first packet was let through by one of the rules behind this one.
    { family, table: 'filter', chain: 'translated', rank: -1, text: rule(established, 'ACCEPT') },
    { family, table: 'filter', chain: 'outbound', rank: 1, text: '-j ACCEPT' },
    // What guests have agreed to is no more theirs to judge, but others' still.
    { family, table: 'filter', chain: 'guests', rank: -1, text: rule(established, 'RETURN') },
    { family, table: 'filter', chain: 'guests-in', rank: -1, text: rule(established, 'RETURN') },
  ]);
}

/** How many rules of {@link frameRules} a chain has. */
export function frameRuleCount(chain: FrameChain): number {
  return isStatic.has(chain) ? 1 : 0;
}

const isStatic: ReadonlySet<string> = new Set(frameRules().map(({ chain }) => chain));
