import {
  type BridgeVlan,
  eachVlan,
  type InterfaceName,
  type Link,
  type NetDevEvent,
  vlanIds,
  vlanRanges,
} from 'netdev-core';
import { BRIDGE_VLAN_INFO, decodeVlanNotice, RTM } from '../netlink/index.js';
import type { Notice } from './event-from-notice.js';

/** The VLANs of each link, by its number, one by one. */
export type KnownVlans = Map<number, BridgeVlan[]>;

export function knownVlans(vlans: readonly BridgeVlan[], links: ReadonlyMap<number, Link>): KnownVlans {
  const numbers = new Map([...links].map(([index, { name }]) => [name, index]));
  const known: KnownVlans = new Map();
  for (const vlan of eachVlan(vlans)) {
    const index = numbers.get(vlan.link);
    if (index === undefined) continue;
    const list = known.get(index);
    if (list === undefined) known.set(index, [vlan]);
    else list.push(vlan);
  }
  return known;
}

/**
 * What a notice about VLANs tells, beside what is known, which keeps up with it. The kernel does not tell of the VLAN that
 * frames without a tag are no longer in once they are in another (__vlan_add_pvid).
 */
export function vlanEvents(
  { type, payload }: Notice,
  links: ReadonlyMap<number, Link>,
  known: KnownVlans,
): NetDevEvent[] {
  const { index, vlans } = decodeVlanNotice(payload);
  const link = links.get(index);
  if (link === undefined) return [];
  const events: NetDevEvent[] = [];
  for (const { flags, vlanId, lastVlanId } of vlans) {
    const before = known.get(index) ?? [];
    const isMeant = (vlan: BridgeVlan): boolean => vlan.vlanId >= vlanId && vlan.vlanId <= lastVlanId;
    const others = before.filter((vlan) => !isMeant(vlan));
    if (type === RTM.DELVLAN) {
      known.set(index, others);
      events.push(...removedVlans(before.filter(isMeant)));
      continue;
    }
    const pvid = (flags & BRIDGE_VLAN_INFO.PVID) !== 0;
    const bridge = link.kind === 'bridge' ? link.name : link.master;
    const about = { link: link.name, bridge: bridge ?? ('' as InterfaceName) };
    const told = vlanIds({ vlanId, lastVlanId }).map(
      (each): BridgeVlan => ({
        ...{ ...about, vlanId: each, pvid, untagged: (flags & BRIDGE_VLAN_INFO.UNTAGGED) !== 0 },
      }),
    );
    const former = (vlan: BridgeVlan): boolean => pvid && vlan.pvid;
    const settled = others.filter(former).map((vlan) => ({ ...vlan, pvid: false }));
    known.set(index, [...others.filter((vlan) => !former(vlan)), ...settled, ...told]);
    events.push(...changedVlans(settled), ...changedVlans(told));
  }
  return events;
}

export function removedVlans(vlans: readonly BridgeVlan[]): NetDevEvent[] {
  return vlanRanges(vlans).map((vlan) => ({ type: 'bridge-vlan-removed', vlan }));
}

function changedVlans(vlans: readonly BridgeVlan[]): NetDevEvent[] {
  return vlanRanges(vlans).map((vlan) => ({ type: 'bridge-vlan-changed', vlan }));
}
