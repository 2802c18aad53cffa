import type { DhcpLease, IpAddress, ParsedDhcpHost, ParsedDhcpNetwork } from 'netdev-core';
import { insideRange } from '../config/address-range.js';
import type { WasOfAnother } from './earlier-owners.js';
import { parseLeaseLine } from './parse-leases.js';

/**
 * The leases that a network has no place for any more: of a host that was removed, or of an address that
 * belongs to another host now. dnsmasq keeps them until they end, and until then answers their names and
 * refuses the address to its new owner ("not using configured address … because it is leased to …").
 */
export function staleLeases(
  leases: readonly DhcpLease[],
  network: ParsedDhcpNetwork,
  wasOfAnother: WasOfAnother,
): DhcpLease[] {
  const { hosts, subnets, relayed } = network;
  const ranges = [...subnets, ...relayed].flatMap((subnet) => subnet.ranges.map(insideRange));
  const owners = new Map<IpAddress, ParsedDhcpHost>(
    hosts.flatMap((host) => host.addresses.map((address) => [address, host] as const)),
  );
  return leases.filter((lease) => {
    const owner = owners.get(lease.address);
    if (owner !== undefined) return !isHeldBy(lease, owner, wasOfAnother);
    return !ranges.some((isInside) => isInside(lease.address));
  });
}

/**
 * dnsmasq goes by the client id or DUID first, then by the MAC address. An IPv6 lease does not tell that, but some DUIDs
 * have one in them. Any other client is taken for the one that the address was for before.
 */
function isHeldBy(
  { address, mac, clientId, duid }: DhcpLease,
  host: ParsedDhcpHost,
  wasOfAnother: WasOfAnother,
): boolean {
  if (duid === undefined)
    return (host.clientId !== undefined && host.clientId === clientId) || host.mac === mac;
  if (host.duid !== undefined) return host.duid === duid;
  return macInDuid(duid) === host.mac || !wasOfAnother(address, host);
}

/** Of a DUID made of an Ethernet address, with a time or without (RFC 8415, 11.2 and 11.4). */
function macInDuid(duid: string): string | undefined {
  return /^(?:00:01:00:01:(?:[0-9a-f]{2}:){4}|00:03:00:01:)((?:[0-9a-f]{2}:){5}[0-9a-f]{2})$/.exec(duid)?.[1];
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
