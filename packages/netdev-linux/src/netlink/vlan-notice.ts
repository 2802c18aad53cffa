import { listAttributes } from './attribute.js';
import type { BridgeVlanInfo } from './bridge-vlan.js';
import { BRIDGE_VLANDB, BRIDGE_VLANDB_ENTRY } from './constants/index.js';
import { readI32At, readU16, readU16At } from './scalar.js';

/** The size of struct br_vlan_msg (linux/if_bridge.h). */
export const VLAN_NOTICE_HEADER_SIZE = 8;

/** VLANs that a link came into or left (RTM_NEWVLAN, RTM_DELVLAN), as the kernel tells those who listen. */
export interface VlanNotice {
  /** The port, or the bridge. */
  index: number;
  vlans: (BridgeVlanInfo & { lastVlanId: number })[];
}

/** @throws NetlinkDecodeError */
export function decodeVlanNotice(payload: Uint8Array): VlanNotice {
  const what = 'VLANs';
  const index = readI32At(payload, 4, what);
  const entries = listAttributes(payload.subarray(VLAN_NOTICE_HEADER_SIZE), what).filter(
    ({ type }) => type === BRIDGE_VLANDB.ENTRY,
  );
  const vlans = entries.flatMap(({ value: entry }) => {
    const parts = new Map(listAttributes(entry, what).map(({ type, value }) => [type, value]));
    const info = parts.get(BRIDGE_VLANDB_ENTRY.INFO);
    if (info === undefined) return [];
    const vlanId = readU16At(info, 2, what);
    const range = parts.get(BRIDGE_VLANDB_ENTRY.RANGE);
    const lastVlanId = range === undefined ? vlanId : readU16(range, what);
    return [{ flags: readU16(info, what), vlanId, lastVlanId }];
  });
  return { index, vlans };
}
