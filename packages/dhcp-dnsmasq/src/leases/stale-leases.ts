import type { DhcpLease, IpAddress, ParsedDhcpNetwork } from 'netdev-core';
import { isInRange } from '../config/address-range.js';
import { parseLeaseLine } from './parse-leases.js';

/**
 * The leases that a network has no place for any more: of a host that was removed, or of an address that
 * belongs to another host now. dnsmasq keeps them until they end, and until then answers their names and
 * refuses the address to its new owner ("not using configured address … because it is leased to …").
 */
export function staleLeases(leases: readonly DhcpLease[], network: ParsedDhcpNetwork): DhcpLease[] {
  const { hosts, range } = network;
  const owners = new Map<IpAddress, string>(hosts.map(({ address, mac }) => [address, mac]));
  return leases.filter(({ address, mac }) => {
    const owner = owners.get(address);
    if (owner !== undefined) return owner !== mac;
    return range === undefined || !isInRange(range, address);
  });
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
