import { readU8, readU32 } from './scalar.js';
import type { Writer } from './writer.js';

/** The size of struct rtmsg (linux/rtnetlink.h) and of struct fib_rule_hdr (linux/fib_rules.h), which are laid out alike. */
export const ROUTE_HEADER_SIZE = 12;

/** What routes and rules begin with. A rule has no `protocol` and no `scope` there, and `type` is what it does. */
export interface RouteHeader {
  family: number;
  destinationLength: number;
  sourceLength: number;
  tos: number;
  /** Any 32-bit number; one of more than a byte is in its attribute, and here unspecified. */
  table: number;
  /** RTPROT_*. */
  protocol: number;
  /** RT_SCOPE_*. */
  scope: number;
  /** RTN_*; of a rule FR_ACT_*. */
  type: number;
  /** RTM_F_* and, for a route with one way out, RTNH_F_*; of a rule FIB_RULE_*. */
  flags: number;
}

export function writeRouteHeader(header: RouteHeader, to: Writer): void {
  to.u8(header.family);
  to.u8(header.destinationLength);
  to.u8(header.sourceLength);
  to.u8(header.tos);
  to.u8(header.table > 0xff ? 0 : header.table);
  to.u8(header.protocol);
  to.u8(header.scope);
  to.u8(header.type);
  to.u32(header.flags);
}

/** @throws NetlinkDecodeError */
export function decodeRouteHeader(payload: Uint8Array, what: string): RouteHeader {
  return {
    family: readU8(payload, what),
    destinationLength: readU8(payload.subarray(1), what),
    sourceLength: readU8(payload.subarray(2), what),
    tos: readU8(payload.subarray(3), what),
    table: readU8(payload.subarray(4), what),
    protocol: readU8(payload.subarray(5), what),
    scope: readU8(payload.subarray(6), what),
    type: readU8(payload.subarray(7), what),
    flags: readU32(payload.subarray(8), what),
  };
}
