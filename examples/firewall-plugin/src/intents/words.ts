import type { PortRange } from 'netdev-core';
import type { Match } from '../match.js';

/** What is let through is marked for the rules of others; see `frame.ts`. */
export const letThrough = { verdict: 'goto let-through' } as const;
export const accept = { verdict: 'accept' } as const;
export const drop = { verdict: 'drop' } as const;

/** A single port is part of the key; a range is a condition of the rule. */
export function matchPorts(ports: PortRange | undefined): { port?: number; when?: string } {
  if (ports === undefined) return {};
  if (typeof ports === 'number') return { port: ports };
  const [first, last] = ports;
  return first === last ? { port: first } : { when: `th dport ${first}-${last}` };
}

/** A key has a field at least: where a match looks at nothing, it is one of each family. */
export function withSomeField(match: Match): Match[] {
  if (Object.values(match).some((value) => value !== undefined)) return [match];
  return [{ family: 'ipv4' }, { family: 'ipv6' }];
}
