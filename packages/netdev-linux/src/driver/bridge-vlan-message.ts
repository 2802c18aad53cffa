import {
  type BridgeVlan,
  type InterfaceName,
  type ParsedBridgeVlanRange,
  type ParsedBridgeVlanSpec,
  vlanRanges,
  withoutAbsent,
} from 'netdev-core';
import {
  BRIDGE_FLAGS,
  BRIDGE_VLAN_INFO,
  type BridgeVlanInfo,
  type BridgeVlanMessage,
} from '../netlink/index.js';

/** The VLANs of one link, as the contract shows them; none for what is no bridge and no port of one. */
export function vlansFromMessage(
  { index, name, master, bridge }: BridgeVlanMessage,
  nameOf: (index: number) => string | undefined,
): BridgeVlan[] {
  if (master === undefined || bridge === undefined) return [];
  const about = {
    link: (name ?? `#${index}`) as InterfaceName,
    bridge: (nameOf(master) ?? `#${master}`) as InterfaceName,
  };
  let first: number | undefined;
  const vlans = bridge.vlans.flatMap(({ flags, vlanId }) => {
    if ((flags & BRIDGE_VLAN_INFO.RANGE_BEGIN) !== 0) {
      first = vlanId;
      return [];
    }
    const from = (flags & BRIDGE_VLAN_INFO.RANGE_END) === 0 ? vlanId : (first ?? vlanId);
    return withoutAbsent<BridgeVlan>({
      ...about,
      vlanId: from,
      lastVlanId: from < vlanId ? vlanId : undefined,
      pvid: (flags & BRIDGE_VLAN_INFO.PVID) !== 0,
      untagged: (flags & BRIDGE_VLAN_INFO.UNTAGGED) !== 0,
    });
  });
  return vlanRanges(vlans);
}

/** The request for VLANs of a link, or for their end. */
export function vlansToMessage(
  {
    self,
    vlanId,
    lastVlanId,
    pvid = false,
    untagged = false,
  }: ParsedBridgeVlanRange & Partial<Pick<ParsedBridgeVlanSpec, 'pvid' | 'untagged'>>,
  index: number,
): BridgeVlanMessage {
  const flags = (pvid ? BRIDGE_VLAN_INFO.PVID : 0) | (untagged ? BRIDGE_VLAN_INFO.UNTAGGED : 0);
  const vlans: BridgeVlanInfo[] =
    lastVlanId === undefined
      ? [{ flags, vlanId }]
      : [
          { flags: flags | BRIDGE_VLAN_INFO.RANGE_BEGIN, vlanId },
          { flags: flags | BRIDGE_VLAN_INFO.RANGE_END, vlanId: lastVlanId },
        ];
  return { index, bridge: withoutAbsent({ flags: self === true ? BRIDGE_FLAGS.SELF : undefined, vlans }) };
}
