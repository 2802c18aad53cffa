import type { BridgeVlan } from './bridge-vlan.js';
import type { NetDevEvent } from './event.js';
import { eachVlan, vlanRanges } from './vlan-ranges.js';

/** For drivers: what happened between two readings of the VLANs of links, first what went. */
export function bridgeVlanEvents(before: readonly BridgeVlan[], after: readonly BridgeVlan[]): NetDevEvent[] {
  const was = byIdentity(before);
  const is = byIdentity(after);
  const removed = [...was].flatMap(([identity, vlan]) => (is.has(identity) ? [] : [vlan]));
  const changed = [...is].flatMap(([identity, vlan]) => (isAlike(was.get(identity), vlan) ? [] : [vlan]));
  return [
    ...vlanRanges(removed).map((vlan): NetDevEvent => ({ type: 'bridge-vlan-removed', vlan })),
    ...vlanRanges(changed).map((vlan): NetDevEvent => ({ type: 'bridge-vlan-changed', vlan })),
  ];
}

function byIdentity(vlans: readonly BridgeVlan[]): Map<string, BridgeVlan> {
  return new Map(eachVlan(vlans).map((vlan) => [`${vlan.link} ${vlan.bridge} ${vlan.vlanId}`, vlan]));
}

function isAlike(one: BridgeVlan | undefined, { pvid, untagged }: BridgeVlan): boolean {
  return one?.pvid === pvid && one.untagged === untagged;
}
