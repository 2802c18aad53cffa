import { NDA } from './constants/index.js';
import { BE16, BYTES, decodeFields, type FieldValues, structOf32, U16, U32, writeFields } from './fields.js';
import { assertRoom, i32At, u8At, u16At } from './scalar.js';
import { encode } from './writer.js';

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
  return encode((to) => {
    to.u8(neighbour.family);
    to.zeros(3);
    to.u32(neighbour.index);
    to.u16(neighbour.state);
    to.u8(neighbour.flags);
    to.u8(neighbour.type);
    writeFields(FIELDS, neighbour, to);
  });
}

/** @throws NetlinkDecodeError */
export function decodeNeighbour(payload: Uint8Array): NeighbourMessage {
  const what = 'neighbour';
  assertRoom(payload, 0, NEIGHBOUR_HEADER_SIZE, what);
  return decodeFields(FIELDS, payload.subarray(NEIGHBOUR_HEADER_SIZE), what, {
    family: u8At(payload, 0),
    index: i32At(payload, 4),
    state: u16At(payload, 8),
    flags: u8At(payload, 10),
    type: u8At(payload, 11),
  });
}
