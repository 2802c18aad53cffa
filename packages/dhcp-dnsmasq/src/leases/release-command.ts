import type { DhcpLease } from 'netdev-core';

/**
 * The command that gives a lease back in its client's stead, over the device that the server listens on
 * (dhcp_release(1), dhcp_release6(1)); `undefined` when too little is known of the client.
 *
 * @param serverDuid the server's own, from its lease file; for IPv6 alone
 */
export function releaseCommand(
  device: string,
  { address, mac, clientId, duid, iaid }: DhcpLease,
  serverDuid: string | undefined,
): readonly string[] | undefined {
  if (!address.includes(':')) {
    if (mac === undefined) return undefined;
    // The server knows the lease by the client id, when the client gave one.
    return ['dhcp_release', device, address, mac, ...(clientId === undefined ? [] : [clientId])];
  }
  if (duid === undefined || iaid === undefined || serverDuid === undefined) return undefined;
  const words = {
    iface: device,
    'client-id': duid,
    'server-id': serverDuid,
    iaid: String(iaid),
    ip: address,
  };
  return ['dhcp_release6', ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, value])];
}
