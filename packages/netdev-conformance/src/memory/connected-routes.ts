import {
  type Address,
  type Cidr,
  cidrAddress,
  ipFamily,
  networkOf,
  prefixLength,
  type Route,
} from 'netdev-core';

/** The table that a host looks in first, after that of its own addresses (RT_TABLE_MAIN on Linux). */
export const MAIN_TABLE = 254;

/** The route to an address's own network, which a kernel makes and takes away itself; none for a single host. */
export function connectedRoute({ link, cidr }: Address): Route | undefined {
  if (isHost(cidr)) return undefined;
  return {
    destination: networkOf(cidr),
    kind: 'unicast',
    link,
    source: cidrAddress(cidr),
    metric: ipFamily(cidr) === 'ipv4' ? 0 : 256,
    table: MAIN_TABLE,
    scope: ipFamily(cidr) === 'ipv4' ? 'link' : 'global',
    protocol: 'kernel',
    onLink: false,
  };
}

function isHost(cidr: Cidr): boolean {
  return prefixLength(cidr) === (ipFamily(cidr) === 'ipv4' ? 32 : 128);
}
