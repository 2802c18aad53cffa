import { listAttributes, NLA_F_NESTED } from './attribute.js';
import { AF, IFLA, IFLA_BRIDGE } from './constants/index.js';
import { type Codec, decodeFields, type FieldValues, TEXT, U16, U32, writeFields } from './fields.js';
import { decodeLink, LINK_HEADER_SIZE, writeLinkHeader } from './link.js';
import { readU16, readU16At } from './scalar.js';
import { encode, type Writer } from './writer.js';

/** struct bridge_vlan_info (linux/if_bridge.h). */
export interface BridgeVlanInfo {
  /** BRIDGE_VLAN_INFO_*. */
  flags: number;
  vlanId: number;
}

interface BridgeSpec {
  /** BRIDGE_FLAGS_*. */
  flags?: number | undefined;
  /** In order; those between the first and the last of a range are not among them. */
  vlans: BridgeVlanInfo[];
}

const BRIDGE_SPEC: Codec<BridgeSpec> = {
  typeFlags: NLA_F_NESTED,
  read: (bytes, what) => {
    const spec: BridgeSpec = { vlans: [] };
    for (const { type, value } of listAttributes(bytes, what)) {
      if (type === IFLA_BRIDGE.FLAGS) spec.flags = readU16(value, what);
      if (type === IFLA_BRIDGE.VLAN_INFO)
        spec.vlans.push({ flags: readU16(value, what), vlanId: readU16At(value, 2, what) });
    }
    return spec;
  },
  write: ({ flags, vlans }, to) => {
    if (flags !== undefined) to.attribute(IFLA_BRIDGE.FLAGS, flags, U16.write);
    for (const vlan of vlans) to.attribute(IFLA_BRIDGE.VLAN_INFO, vlan, writeVlanInfo);
  },
};

function writeVlanInfo({ flags, vlanId }: BridgeVlanInfo, to: Writer): void {
  to.u16(flags);
  to.u16(vlanId);
}

// IFLA_AF_SPEC holds something else in link messages of other families.
const FIELDS = {
  name: [IFLA.IFNAME, TEXT],
  /** The bridge; its own, in the message about a bridge. */
  master: [IFLA.MASTER, U32],
  bridge: [IFLA.AF_SPEC, BRIDGE_SPEC],
} as const;

/** A port of a bridge, or a bridge, with its VLANs, as rtnetlink tells it or is asked for it (family AF_BRIDGE). */
export interface BridgeVlanMessage extends FieldValues<typeof FIELDS> {
  index: number;
}

/** The payload of a message that puts a link into VLANs (RTM_SETLINK), or takes it out of them (RTM_DELLINK). */
export function encodeBridgeVlans({ index, ...fields }: BridgeVlanMessage): Uint8Array {
  return encode((to) => {
    writeLinkHeader({ family: AF.BRIDGE, index }, to);
    writeFields(FIELDS, fields, to);
  });
}

/** @throws NetlinkDecodeError */
export function decodeBridgeVlans(payload: Uint8Array): BridgeVlanMessage {
  const { index = 0 } = decodeLink(payload.subarray(0, LINK_HEADER_SIZE));
  return decodeFields(FIELDS, payload.subarray(LINK_HEADER_SIZE), 'bridge', { index });
}
