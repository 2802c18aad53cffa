import { type ParsedBridgeVlanRange, type ParsedBridgeVlanSpec, vlanIds } from 'netdev-core';
import { BRIDGE_VLAN_INFO, type BridgeVlanMessage } from '../../../netlink/index.js';
import { vlansFromMessage } from '../../bridge-vlan-message.js';

/** How a link treats the frames of one VLAN, BRIDGE_VLAN_INFO of linux/if_bridge.h. */
const FIRST = BRIDGE_VLAN_INFO.PVID | BRIDGE_VLAN_INFO.UNTAGGED;

/** The VLANs of the links that a batch is about, as they will be when what was planned has been carried out. */
export interface VlanTable {
  isKnown(index: number): boolean;
  /** Whether it is a bridge, and in VLANs of its own; `undefined` for what is not known. */
  isBridge(index: number): boolean | undefined;
  /** A link became a port, or a bridge was made: it is in the default VLAN, or in none (0). */
  start(index: number, defaultPvid: number, of: 'bridge' | 'port'): void;
  /** The link leaves its bridge, or joins one. */
  forget(index: number): void;
  /** Whether the link is in all of these VLANs, treated so. */
  isIn(index: number, spec: ParsedBridgeVlanSpec): boolean;
  /** Whether the link is in any of these VLANs. */
  isInAny(index: number, range: ParsedBridgeVlanRange): boolean;
  put(index: number, spec: ParsedBridgeVlanSpec): void;
  remove(index: number, range: ParsedBridgeVlanRange): void;
}

export function vlanTable(messages: readonly BridgeVlanMessage[]): VlanTable {
  const links = new Map<number, { isBridge: boolean; vlans: Map<number, number> }>();
  for (const message of messages) {
    const vlans = new Map<number, number>();
    for (const { pvid, untagged, ...range } of vlansFromMessage(message, () => undefined))
      for (const id of vlanIds({ vlanId: range.vlanId, ...lastOf(range) }))
        vlans.set(id, flagsOf(pvid, untagged));
    links.set(message.index, { isBridge: message.master === message.index, vlans });
  }
  const vlansOf = (index: number): Map<number, number> => links.get(index)?.vlans ?? new Map();
  return {
    isKnown: (index) => links.has(index),
    isBridge: (index) => links.get(index)?.isBridge,
    start: (index, defaultPvid, of) => {
      const vlans = new Map(defaultPvid === 0 ? [] : [[defaultPvid, FIRST]]);
      links.set(index, { isBridge: of === 'bridge', vlans });
    },
    forget: (index) => links.delete(index),
    isIn: (index, spec) => {
      const wanted = flagsOf(spec.pvid, spec.untagged);
      return vlanIds(spec).every((id) => vlansOf(index).get(id) === wanted);
    },
    isInAny: (index, range) => vlanIds(range).some((id) => vlansOf(index).has(id)),
    put: (index, spec) => {
      const vlans = vlansOf(index);
      if (spec.pvid) for (const [id, flags] of vlans) vlans.set(id, flags & ~BRIDGE_VLAN_INFO.PVID);
      for (const id of vlanIds(spec)) vlans.set(id, flagsOf(spec.pvid, spec.untagged));
    },
    remove: (index, range) => {
      for (const id of vlanIds(range)) vlansOf(index).delete(id);
    },
  };
}

function lastOf({ lastVlanId }: { lastVlanId?: number }): { lastVlanId?: number } {
  return lastVlanId === undefined ? {} : { lastVlanId };
}

function flagsOf(pvid: boolean, untagged: boolean): number {
  return (pvid ? BRIDGE_VLAN_INFO.PVID : 0) | (untagged ? BRIDGE_VLAN_INFO.UNTAGGED : 0);
}
