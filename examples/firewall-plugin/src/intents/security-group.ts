import type { SecurityGroupIntent, SecurityGroupRule } from 'netdev-core';
import type { Chain, Entry, TableFamily } from '../entry.js';
import { groupChain } from './names.js';
import { accept, matchPorts, withSomeField } from './words.js';

/** Bridged broadcasts and multicasts are told by their port, so what guests may receive is asked in both tables. */
export const tablesOf: Record<'in' | 'out', readonly TableFamily[]> = {
  in: ['inet', 'bridge'],
  out: ['inet'],
};

/** The rules of a group stand once for all its guests, in a chain for each direction. */
export function renderSecurityGroup({ name, rules, members = [] }: SecurityGroupIntent): Entry[] {
  return [...rules.flatMap((rule) => renderRule(name, rule)), ...renderMembers(name, members)];
}

function renderRule(group: string, rule: SecurityGroupRule): Entry[] {
  const { direction, family, protocol, remote } = rule;
  const { port, when: ports } = matchPorts(rule.ports);
  const icmp = renderIcmp(rule);
  const network = typeof remote === 'string' ? remote : undefined;
  const match = {
    family,
    ...(icmp === undefined
      ? { protocol }
      : { family: protocol === 'icmp' ? ('ipv4' as const) : ('ipv6' as const) }),
    port,
    ...(direction === 'in' ? { source: network } : { destination: network }),
  };
  return tablesOf[direction].flatMap((table) =>
    withSomeField(match).map((each): Entry => {
      const place = { table, chain: groupChain(direction, group), rank: 0, match: each, when: icmp ?? ports };
      if (typeof remote !== 'object') return { ...place, does: accept };
      const members = membersChain(table, direction, remote.group);
      return { ...place, does: { verdict: `jump ${members.name}` }, needs: [members] };
    }),
  );
}

function renderIcmp({ protocol, icmpType, icmpCode }: SecurityGroupRule): string | undefined {
  if (icmpType === undefined) return undefined;
  const code = icmpCode === undefined ? '' : ` ${protocol} code ${icmpCode}`;
  return `${protocol} type ${icmpType}${code}`;
}

/** What is in a group, for rules that name it as remote: its chain accepts what comes from there, or goes there. */
export function renderMembers(group: string, addresses: readonly string[]): Entry[] {
  return (['in', 'out'] as const).flatMap((direction) =>
    tablesOf[direction].flatMap((table) =>
      addresses.map(
        (address): Entry => ({
          table,
          chain: membersChain(table, direction, group).name,
          rank: 0,
          match: direction === 'in' ? { source: address } : { destination: address },
          does: accept,
        }),
      ),
    ),
  );
}

function membersChain(table: TableFamily, direction: 'in' | 'out', group: string): Chain {
  return { table, name: groupChain(`members-${direction}`, group) };
}
