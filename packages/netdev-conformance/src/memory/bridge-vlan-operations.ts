import {
  type BridgeVlan,
  bridgeVlanEvents,
  type ParsedBridgeVlanRange,
  type ParsedBridgeVlanSpec,
  vlanIds,
  vlanRanges,
} from 'netdev-core';
import { type MemoryLink, type NetworkStack, tell } from './network-stack.js';

/** How a link treats the frames of one VLAN. */
export type MemoryVlan = Pick<BridgeVlan, 'pvid' | 'untagged'>;

/** What Linux puts a bridge and a new port into: its default VLAN, without tags (br_vlan_init, nbp_vlan_init). */
export function firstVlans(defaultPvid = 1): Map<number, MemoryVlan> {
  return new Map(defaultPvid === 0 ? [] : [[defaultPvid, { pvid: true, untagged: true }]]);
}

/** The VLANs of a link and, where it is a bridge, of its ports. */
export function vlansAround(stack: NetworkStack, link: MemoryLink): BridgeVlan[] {
  return [link, ...portsOf(stack, link)].flatMap((each) => bridgeVlansOf(stack, each));
}

/** Tells what became of VLANs. */
export function tellVlans(
  stack: NetworkStack,
  before: readonly BridgeVlan[],
  after: readonly BridgeVlan[],
): void {
  for (const event of bridgeVlanEvents(before, after)) tell(stack, event);
}

function portsOf(stack: NetworkStack, bridge: MemoryLink): MemoryLink[] {
  return [...stack.links.values()].filter(({ master }) => master === bridge.index);
}

/** A bridge and its ports leave the former default VLAN, where it is as it was put, for another (__br_vlan_set_default_pvid). */
export function changeDefaultVlan(stack: NetworkStack, bridge: MemoryLink, from: number, to: number): void {
  for (const { vlans } of [bridge, ...portsOf(stack, bridge)]) {
    const { pvid, untagged } = vlans.get(from) ?? {};
    if (pvid === true && untagged === true) vlans.delete(from);
    else if ([...vlans.values()].some((vlan) => vlan.pvid)) continue;
    for (const [vlanId, how] of firstVlans(to)) vlans.set(vlanId, how);
  }
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
