import type { OperationOptions } from 'netdev-core';
import {
  type AddressMessage,
  AF,
  type BridgeVlanMessage,
  decodeAddress,
  decodeBridgeVlans,
  decodeNeighbour,
  decodeRoute,
  decodeRule,
  encodeAddress,
  encodeLink,
  encodeNeighbour,
  encodeRoute,
  encodeRule,
  type NeighbourMessage,
  RTEXT_FILTER,
  RTM,
  type RuleMessage,
} from '../../netlink/index.js';
import type { DumpedRoute } from '../layer3-plan.js';
import { macFromBytes } from '../mac-bytes.js';
import { neighbourRequest } from '../neighbour-changes.js';
import type { Session } from '../session.js';
import type { Needs } from './needs.js';

/** Of so many links or tables each is asked for by itself; of more, everything is read at once. */
const FEW = 16;

/** A routing rule as a dump told it: read, and as bytes. */
export interface DumpedRule {
  message: RuleMessage;
  payload: Uint8Array;
}

/** What the kernel tells of that which a batch is about, links aside. */
export interface HostState {
  /** By `performance.now()`: lifetimes run down. */
  readAt: number;
  addresses: readonly AddressMessage[];
  routes: readonly DumpedRoute[];
  neighbours: readonly NeighbourMessage[];
  entries: readonly NeighbourMessage[];
  rules: readonly DumpedRule[];
  /** Of bridges and ports. */
  vlans: readonly BridgeVlanMessage[];
}

export async function readHostState(
  session: Session,
  needs: Needs,
  options?: OperationOptions,
): Promise<HostState> {
  const ofLinks = <T extends { index: number }>(messages: readonly T[]): T[] =>
    messages.filter(({ index }) => needs.links.has(index));
  const links = few([...needs.links]);
  const header = { family: 0, destinationLength: 0, sourceLength: 0, tos: 0, flags: 0 };
  const read = async <T>(
    what: string,
    type: number,
    requests: readonly Uint8Array[],
    decode: (payload: Uint8Array) => T,
  ): Promise<T[]> => {
    const parts: T[][] = [];
    const attempt = { operation: 'list', object: what };
    for (const request of requests) parts.push(await session.dump(type, request, decode, attempt, options));
    return parts.flat();
  };
  const tables = needs.routes === 'all' ? [0] : few([...needs.routes]);
  const addressesOf = (index: number): Uint8Array =>
    encodeAddress({ family: 0, prefixLength: 0, flags: 0, scope: 0, index });
  const routesOf = (table: number): Uint8Array =>
    encodeRoute({ ...header, table, protocol: 0, scope: 0, type: 0 });
  const allEntries = encodeNeighbour(neighbourRequest(AF.BRIDGE, 0));
  const allVlans = encodeLink({ family: AF.BRIDGE, extendedMask: RTEXT_FILTER.BRVLAN_COMPRESSED });
  const readAt = performance.now();
  return {
    readAt,
    addresses: ofLinks(
      needs.addresses ? await read('addresses', RTM.GETADDR, links.map(addressesOf), decodeAddress) : [],
    ),
    routes: await read('routes', RTM.GETROUTE, tables.map(routesOf), (payload) => ({
      payload,
      message: decodeRoute(payload),
    })),
    neighbours: ofLinks(
      needs.neighbours && needs.links.size > 0
        ? await read('neighbours', RTM.GETNEIGH, [encodeNeighbour(neighbourRequest(0, 0))], decodeNeighbour)
        : [],
    ),
    entries: needs.entries
      ? (await read('forwarding entries', RTM.GETNEIGH, [allEntries], decodeNeighbour)).filter(
          ({ index, linkAddress }) =>
            needs.links.has(index) || needs.macs.has(macFromBytes(linkAddress) ?? ''),
        )
      : [],
    rules: needs.rules
      ? await read(
          'routing rules',
          RTM.GETRULE,
          [encodeRule({ ...header, table: 0, action: 0 })],
          (payload) => ({
            payload,
            message: decodeRule(payload),
          }),
        )
      : [],
    vlans: ofLinks(needs.vlans ? await read('VLANs', RTM.GETLINK, [allVlans], decodeBridgeVlans) : []).filter(
      ({ master }) => master !== undefined,
    ),
  };
}

/** Each of a few; one that stands for all of many. */
function few(numbers: readonly number[]): readonly number[] {
  return numbers.length <= FEW ? numbers : [0];
}
