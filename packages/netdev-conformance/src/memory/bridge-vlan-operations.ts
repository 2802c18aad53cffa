import {
  type BridgeVlan,
  type ParsedBridgeVlanRange,
  type ParsedBridgeVlanSpec,
  vlanIds,
  vlanRanges,
} from 'netdev-core';
import type { MemoryLink, NetworkStack } from './network-stack.js';

/** How a link treats the frames of one VLAN. */
export type MemoryVlan = Pick<BridgeVlan, 'pvid' | 'untagged'>;

/** What Linux puts a bridge and a new port into: VLAN 1, without tags (br_vlan_init, default_pvid). */
export function firstVlans(): Map<number, MemoryVlan> {
  return new Map([[1, { pvid: true, untagged: true }]]);
}

/** The VLANs of a bridge or a port; none for another link. */
export function bridgeVlansOf(stack: NetworkStack, link: MemoryLink): BridgeVlan[] {
  const master = link.master === undefined ? undefined : stack.links.get(link.master);
  const bridge = link.bridge === undefined ? master : link;
  if (bridge === undefined) return [];
  const about = { link: link.name, bridge: bridge.name };
  return vlanRanges([...link.vlans].map(([vlanId, how]) => ({ ...about, vlanId, ...how })));
}

export function putBridgeVlans(link: MemoryLink, { pvid, untagged, ...range }: ParsedBridgeVlanSpec): void {
  if (pvid) for (const vlan of link.vlans.values()) vlan.pvid = false;
  for (const vlanId of vlanIds(range)) link.vlans.set(vlanId, { pvid, untagged });
}

export function dropBridgeVlans(link: MemoryLink, range: ParsedBridgeVlanRange): void {
  for (const vlanId of vlanIds(range)) link.vlans.delete(vlanId);
}
