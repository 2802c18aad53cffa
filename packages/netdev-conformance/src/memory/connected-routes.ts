import {
  type Address,
  type Cidr,
  cidrAddress,
  ipFamily,
  type Network,
  networkOf,
  prefixLength,
  type Route,
} from 'netdev-core';

/** The table that a host looks in first, after that of its own addresses (RT_TABLE_MAIN on Linux). */
export const MAIN_TABLE = 254;

/** The network that an address reaches: its own, or that of the address at the far end. */
export function farNetwork({ cidr, peer }: Pick<Address, 'cidr' | 'peer'>): Network {
  return networkOf(peer === undefined ? cidr : (`${peer}/${prefixLength(cidr)}` as Cidr));
}

/**
 * The route to the network that an address reaches, which a kernel makes and takes away itself; none
 * for a single host.
 */
export function connectedRoute(address: Address): Route | undefined {
  const { link, cidr, peer, noPrefixRoute } = address;
  if (noPrefixRoute === true || (peer === undefined && isHost(cidr))) return undefined;
  return {
    destination: farNetwork(address),
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
