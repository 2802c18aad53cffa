import { type IpAddress, ipFamily, ipToBytes, type ParsedNeighbourSpec } from 'netdev-core';
import { encodeMessage, encodeNeighbour, type NeighbourMessage, NLM_F, NUD, RTM } from '../netlink/index.js';
import { addressFamily } from './address-codec.js';
import type { Change } from './change.js';
import { macToBytes } from './mac-bytes.js';

/** Sets a neighbour to stay, whatever is known of it. */
export function neighbourAddition(
  spec: ParsedNeighbourSpec,
  index: number,
): Change & { message: NeighbourMessage } {
  const message: NeighbourMessage = {
    ...neighbourRequest(addressFamily(ipFamily(spec.address)), index),
    state: NUD.PERMANENT,
    destination: ipToBytes(spec.address),
    linkAddress: macToBytes(spec.mac),
  };
  const flags = NLM_F.REQUEST | NLM_F.ACK | NLM_F.CREATE | NLM_F.REPLACE;
  return {
    attempt: { operation: 'add neighbour', object: `${spec.address} on ${spec.link}` },
    request: encodeMessage({ type: RTM.NEWNEIGH, flags }, encodeNeighbour(message)),
    accept: [],
    told: { do: 'add-neighbour', spec },
    message,
  };
}

/** Forgets a neighbour, if it is known. */
export function neighbourRemoval(link: string, address: IpAddress, index: number): Change {
  const message = {
    ...neighbourRequest(addressFamily(ipFamily(address)), index),
    destination: ipToBytes(address),
  };
  return {
    attempt: { operation: 'delete neighbour', object: `${address} on ${link}` },
    request: encodeMessage(
      { type: RTM.DELNEIGH, flags: NLM_F.REQUEST | NLM_F.ACK },
      encodeNeighbour(message),
    ),
    accept: ['ENOENT'],
    told: { do: 'delete-neighbour', link, address },
  };
}

export function neighbourRequest(family: number, index: number): NeighbourMessage {
  return { family, index, state: 0, flags: 0, type: 0 };
}
