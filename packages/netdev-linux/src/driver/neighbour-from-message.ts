import { type InterfaceName, ipFromBytes, type Neighbour, withoutAbsent } from 'netdev-core';
import { AF, type NeighbourMessage, NTF, NUD } from '../netlink/index.js';
import { macFromBytes } from './mac-bytes.js';

/** A neighbour as the contract shows it; `undefined` for entries that are not of IP. */
export function neighbourFromMessage(message: NeighbourMessage, link: string): Neighbour | undefined {
  if (message.destination === undefined || (message.family !== AF.INET && message.family !== AF.INET6))
    return undefined;
  return withoutAbsent<Neighbour>({
    link: link as InterfaceName,
    address: ipFromBytes(message.destination),
    mac: macFromBytes(message.linkAddress),
    state: stateName(message.state),
    router: (message.flags & NTF.ROUTER) !== 0,
  });
}

function stateName(state: number): Neighbour['state'] {
  const name = Object.entries(NUD).find(([, bit]) => bit !== 0 && (state & bit) !== 0)?.[0];
  return (name?.toLowerCase() ?? 'none') as Neighbour['state'];
}
