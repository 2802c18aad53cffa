import type { HeldLease } from './lease-handler.js';

/**
 * The text of a lease file (lease.c of dnsmasq): end, hardware address, address, name and client id of a
 * lease a line, `*` for what there is none of. Of parsed leases only.
 *
 * @param unknownEnd when a lease ends of which nobody knows, in seconds since 1970
 */
export function leaseLines(leases: readonly HeldLease[], unknownEnd: number): string {
  return leases
    .map(({ expires = unknownEnd, mac, address, hostname = '*', clientId = '*' }) =>
      [expires, mac, address, hostname, clientId].join(' ').concat('\n'),
    )
    .join('');
}
