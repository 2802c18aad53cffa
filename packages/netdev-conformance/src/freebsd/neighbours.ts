import type { NetworkInterface } from './network-interface.js';
import type { Vnet } from './vnet.js';

/** A neighbour that was set by arp(8) or ndp(8). */
export interface NeighbourEntry {
  address: string;
  mac: string;
  link: NetworkInterface;
}

/** What arp and ndp show of a family: what was set, and before that the addresses of the host's own, which do not expire either. */
export function shownNeighbours(vnet: Vnet, family: 'inet' | 'inet6'): NeighbourEntry[] {
  const own = vnet.interfaces.flatMap((link) =>
    link.addresses.flatMap(({ address, family: its }) =>
      its === family && link.mac !== undefined ? [{ address, mac: link.mac, link }] : [],
    ),
  );
  return [...own, ...vnet.neighbours.filter(({ address }) => address.includes(':') === (family === 'inet6'))];
}
