import { align } from './align.js';
import { RTA } from './constants/index.js';
import { NetlinkDecodeError } from './decode-error.js';
import { BYTES, type Codec, decodeFields, type FieldValues, writeFields } from './fields.js';
import { readI32, readU8, readU16 } from './scalar.js';

/** The size of struct rtnexthop (linux/rtnetlink.h). */
const NEXT_HOP_SIZE = 8;

/** Which family a gateway is of, and its bytes (struct rtvia): an IPv6 gateway of an IPv4 route. */
export interface Via {
  family: number;
  address: Uint8Array;
}

export const VIA: Codec<Via> = {
  read: (bytes, what) => ({ family: readU16(bytes, what), address: new Uint8Array(bytes.subarray(2)) }),
  write: ({ family, address }, to) => {
    to.u16(family);
    to.bytes(address);
  },
};

const FIELDS = {
  gateway: [RTA.GATEWAY, BYTES],
  via: [RTA.VIA, VIA],
} as const;

/** One way out of a route that has several. */
export interface NextHopMessage extends FieldValues<typeof FIELDS> {
  /** The index of the link. */
  index: number;
  /** RTNH_F_*. */
  flags: number;
  /** 1 to 256; the header holds one less. */
  weight: number;
}

/** RTA_MULTIPATH: not attributes, but headers with a length of their own and attributes behind each. */
export const NEXT_HOPS: Codec<NextHopMessage[]> = {
  read: (bytes, what) => {
    const hops: NextHopMessage[] = [];
    for (let offset = 0; offset < bytes.length; ) {
      const rest = bytes.subarray(offset);
      const length = readU16(rest, what);
      if (length < NEXT_HOP_SIZE || length > rest.length) {
        throw new NetlinkDecodeError(what, `a next hop of ${length} bytes where ${rest.length} are left`);
      }
      const header = {
        flags: readU8(rest.subarray(2), what),
        weight: readU8(rest.subarray(3), what) + 1,
        index: readI32(rest.subarray(4), what),
      };
      hops.push(decodeFields(FIELDS, rest.subarray(NEXT_HOP_SIZE, length), what, header));
      offset += align(length);
    }
    return hops;
  },
  write: (hops, to) => {
    for (const hop of hops) {
      const start = to.length;
      to.u16(NEXT_HOP_SIZE);
      to.u8(hop.flags);
      to.u8(hop.weight - 1);
      to.u32(hop.index);
      writeFields(FIELDS, hop, to);
      to.putU16(start, to.length - start);
    }
  },
};
