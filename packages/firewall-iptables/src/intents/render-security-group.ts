import { type IpFamily, ipFamily, type SecurityGroupIntent, type SecurityGroupRule } from 'netdev-core';
import { allow } from './allowance.js';
import { type Match, rule } from './match.js';
import { memberSet, networkSet, privateChain } from './names.js';
import type { ChainRef } from './rendered-rule.js';
import type { Ownership, RenderedPart, SetUse } from './rendering.js';
import { setMembers } from './set-members.js';

/** Rules that differ in their network only become one, with a set, when there are more. */
const MOST_NETWORKS = 16;

/**
 * The rules of a security group. They stand once for all its guests, in a chain for each direction that what is
 * allowed passes with a bit set in its mark.
 */
export function renderSecurityGroup(group: SecurityGroupIntent, by: Ownership): RenderedPart {
  const parts = (['ipv4', 'ipv6'] as const).flatMap((family) =>
    (['in', 'out'] as const).map((direction) => renderDirection(group, family, direction, by)),
  );
  return {
    rules: parts.flatMap(({ rules }) => rules),
    chains: parts.flatMap(({ chains }) => chains),
    sets: [...parts.flatMap(({ sets }) => sets), ...membership(group, by.owner)],
  };
}

function membership({ name, members = [] }: SecurityGroupIntent, owner: string): SetUse[] {
  return (['ipv4', 'ipv6'] as const).map((family) => ({
    family,
    name: memberSet(family, name, owner),
    isNeeded: false,
    members: members.filter((member) => ipFamily(member) === family).flatMap(setMembers),
  }));
}

function renderDirection(
  { name, rules }: SecurityGroupIntent,
  family: IpFamily,
  direction: 'in' | 'out',
  { owner, markBit }: Ownership,
): RenderedPart {
  const has = direction === 'in' ? 'src' : 'dst';
  const sets: SetUse[] = [];
  /** The rule that lets through what is in a set. */
  const fromSet = (match: Match, use: SetUse): string => {
    sets.push(use);
    return rule({ ...match, set: { name: `${owner}:${use.name}`, has } }, allow(markBit));
  };
  const fromNetwork = (match: Match, network: string): string =>
    rule(
      { ...match, ...(direction === 'in' ? { source: network } : { destination: network }) },
      allow(markBit),
    );

  const own = rules.filter((each) => each.direction === direction && familiesOf(each).includes(family));
  const texts = own.flatMap((each): string[] => {
    const match = matchOf(each);
    if (each.remote === undefined) return [rule(match, allow(markBit))];
    if (typeof each.remote === 'string') return [];
    const set = memberSet(family, each.remote.group, owner);
    return [fromSet(match, { family, name: set, isNeeded: true, members: [] })];
  });
  for (const [about, { match, networks }] of networksByMatch(own)) {
    if (networks.length <= MOST_NETWORKS) {
      texts.push(...networks.map((network) => fromNetwork(match, network)));
      continue;
    }
    const set = networkSet(family, name, `${direction} ${about}`, owner);
    texts.push(fromSet(match, { family, name: set, isNeeded: true, members: networks.flatMap(setMembers) }));
  }
  if (texts.length === 0) return { rules: [], chains: [], sets };
  const chain: ChainRef = {
    family,
    table: 'filter',
    chain: privateChain(direction === 'in' ? 'si' : 'so', name, owner),
  };
  return { rules: [...new Set(texts)].map((text) => ({ ...chain, rank: 0, text })), chains: [chain], sets };
}

/** The networks of rules that are alike otherwise, by what these match. */
function networksByMatch(
  rules: readonly SecurityGroupRule[],
): Map<string, { match: Match; networks: string[] }> {
  const found = new Map<string, { match: Match; networks: Set<string> }>();
  for (const each of rules) {
    if (typeof each.remote !== 'string') continue;
    const match = matchOf(each);
    const about = rule(match, 'allow');
    const present = found.get(about) ?? { match, networks: new Set() };
    found.set(about, present);
    present.networks.add(each.remote);
  }
  return new Map(
    [...found].map(([about, { match, networks }]) => [about, { match, networks: [...networks] }]),
  );
}

function matchOf({ protocol, ports, icmpType, icmpCode }: SecurityGroupRule): Match {
  return { protocol, ports, icmpType, icmpCode };
}

/** The families that a rule is for. */
export function familiesOf({
  family,
  protocol,
  remote,
}: Pick<SecurityGroupRule, 'family' | 'protocol' | 'remote'>): readonly IpFamily[] {
  if (family !== undefined) return [family];
  if (typeof remote === 'string') return [ipFamily(remote)];
  if (protocol === 'icmp') return ['ipv4'];
  if (protocol === 'icmpv6') return ['ipv6'];
  return ['ipv4', 'ipv6'];
}
