import { ipFamily, type SecurityGroupIntent, type SecurityGroupRule } from 'netdev-core';
import { type Direction, memberTable } from '../names.js';
import { filterRule } from './filter-rule.js';
import type { Slice } from './slice.js';
import { type Family, familyWord, host } from './words.js';

/** Who is in a security group: addresses and networks. */
export type MembersOf = (group: string) => readonly string[];

/**
 * The rules of one group's intents about a security group, for one direction. They say nothing of guests: whose rules ask
 * them, does so for the packets of his own, where these come in or go out.
 */
export function renderSecurityGroup(
  name: string,
  direction: Direction,
  rules: readonly SecurityGroupRule[],
  membersOf: MembersOf,
): Slice[] {
  const own = rules.filter((rule) => rule.direction === direction);
  if (own.length === 0) return [];
  const remotes = new Set(own.flatMap(({ remote }) => (typeof remote === 'object' ? [remote.group] : [])));
  return [
    {
      of: { securityGroup: name, direction },
      ether: [],
      translation: [],
      filter: [...new Set(own.map(renderRule))],
      tables: new Map([...remotes].map((group) => [memberTable(group), membersOf(group)])),
    },
  ];
}

function renderRule({
  direction,
  family,
  protocol,
  ports,
  icmpType,
  icmpCode,
  remote,
}: SecurityGroupRule): string {
  const other = typeof remote === 'object' ? `<${memberTable(remote.group)}>` : host(remote);
  return filterRule({
    action: 'pass',
    quick: true,
    family: family === undefined ? familyOfRule(protocol, remote) : familyWord(family),
    protocol,
    [direction === 'in' ? 'from' : 'to']: other,
    toPort: ports,
    icmpType,
    icmpCode,
  });
}

function familyOfRule(
  protocol: SecurityGroupRule['protocol'],
  remote: SecurityGroupRule['remote'],
): Family | undefined {
  if (protocol === 'icmp') return 'inet';
  if (protocol === 'icmpv6') return 'inet6';
  return typeof remote === 'string' ? familyWord(ipFamily(remote)) : undefined;
}

/** The rules that the intents of one group give each security group that they name. */
export function rulesByName(intents: readonly SecurityGroupIntent[]): Map<string, SecurityGroupRule[]> {
  const rules = new Map<string, SecurityGroupRule[]>();
  for (const { name, rules: more } of intents) rules.set(name, [...(rules.get(name) ?? []), ...more]);
  return rules;
}
