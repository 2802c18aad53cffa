import type { ForwardPolicyIntent } from 'netdev-core';
import { rule } from './match.js';
import type { RenderedRule } from './rendered-rule.js';

/** The ranks of the forward chain, in the order in which a packet meets them. */
const rank = { translated: 0, replies: 1, closed: 2, between: 3, unasked: 4, open: 5 } as const;

/**
 * The rules of one bridge's forward policy.
 *
 * A packet meets: what a translation lets in; replies; closed bridges; from outbound bridges the
 * chain `outbound`, which drops what goes to any bridge with a policy and accepts the rest; what
 * comes to outbound bridges unasked; open bridges.
 */
export function renderForwardPolicy({ bridge, policy }: ForwardPolicyIntent, owner: string): RenderedRule[] {
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
  const rules = {
    open: [
      forward(rank.open, rule({ in: bridge }, 'ACCEPT')),
      forward(rank.open, rule({ out: bridge }, 'ACCEPT')),
      notHere,
    ],
    closed: [
      forward(rank.closed, rule({ in: bridge }, 'DROP')),
      forward(rank.closed, rule({ out: bridge }, 'DROP')),
      notHere,
    ],
    outbound: [
      forward(rank.replies, rule({ out: bridge, states: 'RELATED,ESTABLISHED' }, 'ACCEPT')),
      forward(rank.between, rule({ in: bridge, out: bridge }, 'ACCEPT')),
      forward(rank.between, rule({ in: bridge }, `${owner}-outbound`)),
      forward(rank.unasked, rule({ out: bridge }, 'DROP')),
      notHere,
    ],
  }[policy];
  return (['ipv4', 'ipv6'] as const).flatMap((family) => rules.map((each) => ({ ...each, family })));
}

/** What stands once in the forward chains, whatever the policies are. */
export function renderForwardFrame(): RenderedRule[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family) => [
    {
      family,
      table: 'filter',
      chain: 'forward',
      rank: rank.translated,
      text: rule({ states: 'DNAT' }, 'ACCEPT'),
    },
    { family, table: 'filter', chain: 'outbound', rank: 1, text: '-j ACCEPT' },
  ]);
}
