import {
  encode,
  listAttributes,
  ROUTE_HEADER_SIZE,
  type RouteMessage,
  RTA,
  RTNH_F,
  U32,
  VIEW,
} from '../netlink/index.js';
import { putU32, readI32, readU16 } from '../netlink/scalar.js';

/** Where struct rtmsg has its flags, and struct rtnexthop its flags and its link (linux/rtnetlink.h). */
const FLAGS_OFFSET = 8;
const HOP = { flags: 2, index: 4 } as const;

/**
 * The request that makes a route again which a dump told, through another link if it used `from`.
 * Works on the bytes, so that nothing is lost which the codec does not know.
 */
export function routeAgain(payload: Uint8Array, route: RouteMessage, from: number, to: number): Uint8Array {
  const request = new Uint8Array(payload);
  // The other flags tell of the route's state; the kernel refuses them in a request (fib_create_info).
  putU32(request, FLAGS_OFFSET, route.flags & RTNH_F.ONLINK);
  for (const { type, value } of listAttributes(request.subarray(ROUTE_HEADER_SIZE), 'route')) {
    if (type === RTA.OIF) replaceIndex(value, from, to);
    if (type === RTA.MULTIPATH) rerouteHops(value, from, to);
  }
  const expires = route.cacheInfo?.expires ?? 0;
  if (expires <= 0) return request;
  return encode((all) => {
    all.bytes(request);
    all.attribute(RTA.EXPIRES, Math.ceil(expires / 100), U32.write);
  });
}

/** The payload of a route without attributes of some types. */
export function withoutAttributes(payload: Uint8Array, types: readonly number[]): Uint8Array {
  const kept = listAttributes(payload.subarray(ROUTE_HEADER_SIZE), 'route').filter(
    ({ type }) => !types.includes(type),
  );
  return encode((to) => {
    to.bytes(payload.subarray(0, ROUTE_HEADER_SIZE));
    for (const { type, value } of kept) to.attribute(type, value, VIEW.write);
  });
}

function rerouteHops(hops: Uint8Array, from: number, to: number): void {
  for (let offset = 0; offset < hops.length; ) {
    const hop = hops.subarray(offset);
    hop[HOP.flags] = (hop[HOP.flags] ?? 0) & RTNH_F.ONLINK;
    replaceIndex(hop.subarray(HOP.index), from, to);
    // Not 0: the codec has read these hops before.
    offset += (readU16(hop, 'next hop') + 3) & ~3;
  }
}

function replaceIndex(bytes: Uint8Array, from: number, to: number): void {
  if (readI32(bytes, 'link') === from) putU32(bytes, 0, to);
}
