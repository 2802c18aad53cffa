import type { InterfaceName, IpAddress, MacAddress } from '../values/index.js';

/** An entry of the neighbour cache (ARP, neighbour discovery). */
export interface Neighbour {
  link: InterfaceName;
  address: IpAddress;
  mac?: MacAddress;
  state: 'incomplete' | 'reachable' | 'stale' | 'delay' | 'probe' | 'failed' | 'noarp' | 'permanent' | 'none';
  router: boolean;
}

/** A neighbour whose MAC address is set to stay, and not asked for. */
export interface NeighbourSpec {
  link: string;
  address: string;
  mac: string;
}

export interface NeighbourFilter {
  link?: string;
  family?: 'ipv4' | 'ipv6';
}
