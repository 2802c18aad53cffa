import { type ForwardPolicyIntent, ipFamily } from 'netdev-core';
import { type Match, rule } from './match.js';
import type { RenderedRule } from './rendered-rule.js';

/** The ranks of the forward chain, in the order in which a packet meets them. */
const rank = {
  translated: 0,
  among: 1,
  replies: 2,
  closed: 3,
  between: 4,
  unasked: 5,
  through: 6,
  notThrough: 7,
  open: 8,
} as const;

/**
 * The rules of one bridge's forward policy.
 *
 * A packet meets: what a translation of ours lets in or out; frames among the guests of one bridge,
 * which get here only where bridged packets pass iptables; replies; closed bridges; from outbound
 * bridges the chain `outbound`, which drops what goes to any bridge with a policy and accepts the
 * rest; what comes to outbound bridges unasked; bridges that are open from and to some devices only;
 * open bridges.
 */
export function renderForwardPolicy(
  { bridge, policy, interfaces }: ForwardPolicyIntent,
  owner: string,
): RenderedRule[] {
  const forward = (rankOf: number, text: string): Omit<RenderedRule, 'family'> => ({
    table: 'filter',
    chain: 'forward',
    rank: rankOf,
    text,
  });
  const notHere: Omit<RenderedRule, 'family'> = {
    table: 'filter',
    chain: 'outbound',
    rank: 0,
    text: rule({ out: bridge }, 'DROP'),
  };
  const always = [
    forward(rank.translated, rule({ in: bridge, states: 'DNAT' }, `${owner}-translated`)),
    forward(rank.translated, rule({ out: bridge, states: 'DNAT' }, `${owner}-translated`)),
    forward(rank.among, rule({ in: bridge, out: bridge }, 'ACCEPT')),
    notHere,
  ];
  const open = [
    forward(rank.open, rule({ in: bridge }, 'ACCEPT')),
    forward(rank.open, rule({ out: bridge }, 'ACCEPT')),
  ];
  const rules = {
    open:
      interfaces === undefined
        ? open
        : [
            ...interfaces.flatMap((device) => [
              forward(rank.through, rule({ in: bridge, out: device }, 'ACCEPT')),
              forward(rank.through, rule({ in: device, out: bridge }, 'ACCEPT')),
            ]),
            forward(rank.notThrough, rule({ in: bridge }, 'DROP')),
            forward(rank.notThrough, rule({ out: bridge }, 'DROP')),
          ],
    closed: [
      forward(rank.closed, rule({ in: bridge }, 'DROP')),
      forward(rank.closed, rule({ out: bridge }, 'DROP')),
    ],
    outbound: [
      forward(rank.replies, rule({ out: bridge, states: 'RELATED,ESTABLISHED' }, 'ACCEPT')),
      forward(rank.between, rule({ in: bridge }, `${owner}-outbound`)),
      forward(rank.unasked, rule({ out: bridge }, 'DROP')),
    ],
  }[policy];
  return (['ipv4', 'ipv6'] as const).flatMap((family) =>
    [...always, ...rules].map((each) => ({ ...each, family })),
  );
}

/**
 * Lets a translated connection through, whatever the policies of the bridges are; none that somebody
 * else translated.
 */
export function renderLetThrough(original: string, match: Match): RenderedRule {
  return {
    family: ipFamily(original),
    table: 'filter',
    chain: 'translated',
    rank: 0,
    text: rule({ ...match, originalDestination: original }, 'ACCEPT'),
  };
}
