import {
  ipFamily,
  type ParsedDhcpNetwork,
  type ParsedDhcpSubnet,
  type ParsedRelayedSubnet,
} from 'netdev-core';

/** A subnet as the configuration has it. */
export type ServedSubnet = (ParsedDhcpSubnet | ParsedRelayedSubnet) & {
  family: 'ipv4' | 'ipv6';
  /** What ties its options to it; `undefined` where there is no other of its family. */
  tag: string | undefined;
};

/**
 * The subnets of a network with a tag each, where one is needed. A name with a dot is no name of a class, so tags of our
 * own are never somebody's.
 */
export function servedSubnets({
  subnets,
  relayed,
}: Pick<ParsedDhcpNetwork, 'subnets' | 'relayed'>): ServedSubnet[] {
  const all = [...subnets, ...relayed].map((subnet) => ({ ...subnet, family: ipFamily(subnet.network) }));
  return all.map((subnet, index) => {
    const isAlone = all.filter(({ family }) => family === subnet.family).length === 1;
    return { ...subnet, tag: isAlone ? undefined : `subnet.${index}` };
  });
}

/** The tag of a class: it has a prefix, since some names (`known`, an interface's) mean something to dnsmasq. */
export function classTag(name: string): string {
  return `class.${name}`;
}
