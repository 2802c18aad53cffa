import type { ForwardPolicyIntent } from 'netdev-core';
import type { Action, Entry } from '../entry.js';
import type { Match } from '../match.js';
import { drop, letThrough } from './words.js';

/** The ranks of the chain `policies`, in the order in which a packet meets them. */
const rank = {
  translated: 0,
  among: 1,
  replies: 2,
  closed: 3,
  outbound: 4,
  unasked: 5,
  through: 6,
  notThrough: 7,
  open: 8,
} as const;

/** What is forwarded from and to one bridge. */
export function renderForwardPolicy({ bridge, policy, interfaces }: ForwardPolicyIntent): Entry[] {
  const entry = (place: keyof typeof rank, match: Match, does: Action, when?: string): Entry => ({
    ...{ table: 'inet', chain: 'policies', rank: rank[place], match, does, when },
  });
  const both = (place: keyof typeof rank, does: Action, when?: string): Entry[] => [
    entry(place, { in: bridge }, does, when),
    entry(place, { out: bridge }, does, when),
  ];
  const always: Entry[] = [
    ...both('translated', { verdict: 'jump translated' }, 'ct status dnat'),
    // Neighbours on one bridge get here only where bridged packets pass this table.
    entry('among', { in: bridge, out: bridge }, letThrough),
    { table: 'inet', chain: 'outbound', rank: 1, match: { out: bridge }, does: drop },
  ];
  switch (policy) {
    case 'closed':
      return [...always, ...both('closed', drop)];
    case 'outbound':
      return [
        ...always,
        entry('replies', { out: bridge }, letThrough, 'ct state established,related'),
        entry('outbound', { in: bridge }, { verdict: 'goto outbound' }),
        entry('unasked', { out: bridge }, drop),
      ];
    case 'open':
      if (interfaces === undefined) return [...always, ...both('open', letThrough)];
      return [
        ...always,
        ...interfaces.flatMap((device) => [
          entry('through', { in: bridge, out: device }, letThrough),
          entry('through', { in: device, out: bridge }, letThrough),
        ]),
        ...both('notThrough', drop),
      ];
  }
}
