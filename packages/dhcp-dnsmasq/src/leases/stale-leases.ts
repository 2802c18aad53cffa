import type { DhcpLease, IpAddress, ParsedDhcpHost, ParsedDhcpNetwork } from 'netdev-core';
import { insideRange } from '../config/address-range.js';
import { parseLeaseLine } from './parse-leases.js';

/**
 * The leases that a network has no place for any more: of a host that was removed, or of an address that
 * belongs to another host now. dnsmasq keeps them until they end, and until then answers their names and
 * refuses the address to its new owner ("not using configured address … because it is leased to …").
 */
export function staleLeases(leases: readonly DhcpLease[], network: ParsedDhcpNetwork): DhcpLease[] {
  const { hosts, subnets, relayed } = network;
  const ranges = [...subnets, ...relayed].flatMap((subnet) => subnet.ranges.map(insideRange));
  const owners = new Map<IpAddress, ParsedDhcpHost>(
    hosts.flatMap((host) => host.addresses.map((address) => [address, host] as const)),
  );
  return leases.filter((lease) => {
    const owner = owners.get(lease.address);
    if (owner !== undefined) return !isHeldBy(lease, owner);
    return !ranges.some((isInside) => isInside(lease.address));
  });
}

/** dnsmasq goes by the client id or DUID first, then by the MAC address, which IPv6 leases do not tell. */
function isHeldBy({ mac, clientId, duid }: DhcpLease, host: ParsedDhcpHost): boolean {
  if (duid !== undefined) return host.duid === undefined || host.duid === duid;
  return (host.clientId !== undefined && host.clientId === clientId) || host.mac === mac;
}

/** The lease file's text without the leases of these addresses. */
export function withoutLeases(text: string, addresses: ReadonlySet<IpAddress>): string {
  return text
    .split('\n')
    .filter((line) => {
      const lease = parseLeaseLine(line);
      return lease === undefined || !addresses.has(lease.address);
    })
    .join('\n');
}
