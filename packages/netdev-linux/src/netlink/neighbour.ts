import { NDA } from './constants/index.js';
import { BE16, BYTES, decodeFields, encodeFields, type FieldValues, structOf32, U16, U32 } from './fields.js';
import { concat, i32, readI32, readU8, readU16, u8, u16 } from './scalar.js';

/** The size of struct ndmsg (linux/neighbour.h). */
export const NEIGHBOUR_HEADER_SIZE = 12;

const FIELDS = {
  destination: [NDA.DST, BYTES],
  linkAddress: [NDA.LLADDR, BYTES],
  /** Times in hundredths of a second (struct nda_cacheinfo). */
  cacheInfo: [NDA.CACHEINFO, structOf32(['confirmed', 'used', 'updated', 'references'])],
  probes: [NDA.PROBES, U32],
  vlan: [NDA.VLAN, U16],
  port: [NDA.PORT, BE16],
  vni: [NDA.VNI, U32],
  /** The index of the bridge, in entries of its forwarding table. */
  master: [NDA.MASTER, U32],
} as const;

/** A neighbour as rtnetlink tells it (RTM_NEWNEIGH, RTM_DELNEIGH) or is asked for it. */
export interface NeighbourMessage extends FieldValues<typeof FIELDS> {
  /** AF_INET, AF_INET6, or AF_BRIDGE for the forwarding table of a bridge. */
  family: number;
  /** The index of the link. */
  index: number;
  /** NUD_*. */
  state: number;
  /** NTF_*. */
  flags: number;
  /** RTN_*. */
  type: number;
}

/** The payload of a neighbour message. */
export function encodeNeighbour(neighbour: NeighbourMessage): Uint8Array {
  return concat([
    u8(neighbour.family),
    new Uint8Array(3),
    i32(neighbour.index),
    u16(neighbour.state),
    u8(neighbour.flags),
    u8(neighbour.type),
    encodeFields(FIELDS, neighbour),
  ]);
}

/** @throws NetlinkDecodeError */
export function decodeNeighbour(payload: Uint8Array): NeighbourMessage {
  const what = 'neighbour';
  return decodeFields(FIELDS, payload.subarray(NEIGHBOUR_HEADER_SIZE), what, {
    family: readU8(payload, what),
    index: readI32(payload.subarray(4), what),
    state: readU16(payload.subarray(8), what),
    flags: readU8(payload.subarray(10), what),
    type: readU8(payload.subarray(11), what),
  });
}
