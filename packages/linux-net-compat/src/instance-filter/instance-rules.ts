import { type Cidr, type IpAddress, type IpFamily, ipFamily, parseCidr, parseIpAddress } from 'netdev-core';
import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { FaultMode } from '../faults.js';
import type { FilteredNetwork } from './guest-records.js';
import type { ProviderRuleRecord, SecurityGroupRuleRecord } from './security-groups.js';
import { trafficWords } from './traffic-words.js';

/** A rule of a guest's security groups with the addresses of the group that it lets in, if it lets one in. */
export interface LookedUpRule {
  record: SecurityGroupRuleRecord;
  members: readonly string[];
}

/**
 * The rules of a guest's own chain in the original's order: what belongs to no connection is dropped, what answers
 * comes in, the provider's drops follow, then the DHCP server, the guest's own networks, its IPv6 router and the
 * security groups. Nothing else comes in.
 */
export function instanceRules(
  family: IpFamily,
  { networks, groups }: { networks: readonly FilteredNetwork[]; groups: readonly string[] },
  { allow_same_net_traffic }: LinuxNetConf,
): string[] {
  const own = networks.filter((network) => network.family === family);
  return [
    '-m state --state INVALID -j DROP',
    '-m state --state ESTABLISHED,RELATED -j ACCEPT',
    '-j $provider',
    ...own.flatMap(({ dhcpServer }) =>
      dhcpServer === undefined ? [] : [`-s ${dhcpServer} -p udp --sport 67 --dport 68 -j ACCEPT`],
    ),
    ...(allow_same_net_traffic ? own.map(({ cidr }) => `-s ${cidr} -j ACCEPT`) : []),
    ...own.flatMap(({ gateway }) => (gateway === undefined ? [] : [`-s ${gateway}/128 -p icmpv6 -j ACCEPT`])),
    ...groups,
    '-j $sg-fallback',
  ];
}

/** What the rules of security groups let in. @throws InvalidArgumentError for a record that makes no rule */
export function groupRules(family: IpFamily, rules: readonly LookedUpRule[], faults: FaultMode): string[] {
  return rules.flatMap(({ record, members }) => {
    const senders = sendersOf(record, members).filter((sender) => isOf(family, sender, record, faults));
    if (senders.length === 0) return [];
    const { protocol, details } = trafficWords(record, family, { faults, field: 'rule' });
    return senders.map((sender) => ['-j ACCEPT', ...protocol, ...details, '-s', sender].join(' '));
  });
}

function sendersOf({ cidr, grantee_group }: SecurityGroupRuleRecord, members: readonly string[]) {
  if (cidr) return [parseCidr(cidr, 'rule.cidr')];
  return grantee_group ? members.map((member) => parseIpAddress(member, 'rule.grantee_group')) : [];
}

function isOf(
  family: IpFamily,
  sender: IpAddress | Cidr,
  { cidr, protocol, from_port }: SecurityGroupRuleRecord,
  faults: FaultMode,
): boolean {
  if (ipFamily(sender) !== family) return false;
  if (cidr || family === 'ipv4') return true;
  // A group's rule names no family, and the types of ICMP mean other things in IPv6.
  return faults !== 'keep' && (protocol?.toLowerCase() !== 'icmp' || from_port === -1);
}

/** The provider's drops by family. @throws InvalidArgumentError for a record that makes no rule */
export function providerRules(
  records: readonly ProviderRuleRecord[],
  faults: FaultMode,
): Record<IpFamily, string[]> {
  const rules: Record<IpFamily, string[]> = { ipv4: [], ipv6: [] };
  for (const record of records) {
    const cidr = parseCidr(record.cidr, 'provider.cidr');
    const family = ipFamily(cidr);
    const { protocol, details } = trafficWords(record, family, { faults, field: 'provider' });
    rules[family].push([...protocol, '-s', cidr, ...details, '-j DROP'].join(' '));
  }
  return rules;
}

/** What leads from the chain of all guests to that of one: a jump for each of its addresses. */
export function jumpsTo(chain: string, family: IpFamily, networks: readonly FilteredNetwork[]): string[] {
  const own = networks.filter((network) => network.family === family);
  return own.flatMap(({ addresses }) => addresses.map((address) => `-d ${address} -j $${chain}`));
}
