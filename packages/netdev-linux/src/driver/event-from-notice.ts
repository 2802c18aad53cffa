import { type InterfaceName, ipFromBytes, type Link, type NetDevEvent } from 'netdev-core';
import type { KernelNotice } from '../kernel.js';
import {
  AF,
  decodeAddress,
  decodeLink,
  decodeNeighbour,
  decodeRoute,
  decodeRule,
  type NeighbourMessage,
  RTM,
  RTM_F,
} from '../netlink/index.js';
import { addressFromMessage } from './address-codec.js';
import { entryFromMessage } from './forwarding-entry-message.js';
import { linkFromMessage } from './link-from-message.js';
import { macFromBytes } from './mac-bytes.js';
import { neighbourFromMessage } from './neighbour-from-message.js';
import { routeFromMessage } from './route-codec.js';
import { ruleFromMessage } from './rule-codec.js';

/** A message of the kernel to those who listen. */
export type Notice = Exclude<KernelNotice, 'overrun'>;

/** What a notice of the kernel tells, by the names that links have; `undefined` for what the contract has no word for. */
export function eventOf({ type, payload }: Notice, links: Map<number, Link>): NetDevEvent | undefined {
  const nameOf = (index: number): string | undefined => links.get(index)?.name;
  switch (type) {
    case RTM.NEWLINK:
    case RTM.DELLINK: {
      const message = decodeLink(payload);
      // A bridge tells of its ports in the same group (AF_BRIDGE); the link itself is told too.
      if (message.family !== 0) return undefined;
      return {
        type: type === RTM.NEWLINK ? 'link-changed' : 'link-removed',
        link: linkFromMessage(message, nameOf),
      };
    }
    case RTM.NEWADDR:
    case RTM.DELADDR: {
      const message = decodeAddress(payload);
      const address = addressFromMessage(message, nameOf(message.index) ?? `#${message.index}`);
      if (address === undefined) return undefined;
      return { type: type === RTM.NEWADDR ? 'address-added' : 'address-removed', address };
    }
    case RTM.NEWROUTE:
    case RTM.DELROUTE: {
      const message = decodeRoute(payload);
      const route = (message.flags & RTM_F.CLONED) === 0 ? routeFromMessage(message, nameOf) : undefined;
      return route === undefined
        ? undefined
        : { type: type === RTM.NEWROUTE ? 'route-added' : 'route-removed', route };
    }
    case RTM.NEWNEIGH:
    case RTM.DELNEIGH: {
      const message = decodeNeighbour(payload);
      const isNew = type === RTM.NEWNEIGH;
      if (message.family === AF.BRIDGE) {
        const entry = entryFromMessage(message, nameOf);
        return entry && { type: isNew ? 'forwarding-entry-changed' : 'forwarding-entry-removed', entry };
      }
      const neighbour = neighbourFromMessage(message, nameOf(message.index) ?? `#${message.index}`);
      return neighbour && { type: isNew ? 'neighbour-changed' : 'neighbour-removed', neighbour };
    }
    case RTM.GETNEIGH:
      return missingOf(decodeNeighbour(payload), nameOf);
    case RTM.NEWRULE:
    case RTM.DELRULE: {
      const rule = ruleFromMessage(decodeRule(payload));
      return rule && { type: type === RTM.NEWRULE ? 'routing-rule-added' : 'routing-rule-removed', rule };
    }
    default:
      return undefined;
  }
}

/** What the kernel asks those who listen for: a MAC address by itself, or the neighbour of an address (vxlan_fdb_miss, vxlan_ip_miss). */
function missingOf(
  { index, destination, linkAddress }: NeighbourMessage,
  nameOf: (index: number) => string | undefined,
): NetDevEvent | undefined {
  const link = (nameOf(index) ?? `#${index}`) as InterfaceName;
  if (destination !== undefined)
    return { type: 'neighbour-missing', missing: { link, address: ipFromBytes(destination) } };
  const mac = macFromBytes(linkAddress);
  return mac && { type: 'forwarding-entry-missing', missing: { link, mac } };
}
