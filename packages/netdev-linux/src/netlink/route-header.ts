import { assertRoom, u8At, u32At } from './scalar.js';
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
  assertRoom(payload, 0, ROUTE_HEADER_SIZE, what);
  return {
    family: u8At(payload, 0),
    destinationLength: u8At(payload, 1),
    sourceLength: u8At(payload, 2),
    tos: u8At(payload, 3),
    table: u8At(payload, 4),
    protocol: u8At(payload, 5),
    scope: u8At(payload, 6),
    type: u8At(payload, 7),
    flags: u32At(payload, 8),
  };
}
