import { RTA, RTAX } from './constants/index.js';
import {
  BYTES,
  decodeFields,
  type FieldValues,
  nest,
  structOf32,
  TEXT,
  U8,
  U32,
  writeFields,
} from './fields.js';
import { NEXT_HOPS, VIA } from './next-hop.js';
import { decodeRouteHeader, ROUTE_HEADER_SIZE, type RouteHeader, writeRouteHeader } from './route-header.js';
import { encode } from './writer.js';

const METRIC_FIELDS = {
  /** One bit for each metric that may not change. */
  lock: [RTAX.LOCK, U32],
  mtu: [RTAX.MTU, U32],
  window: [RTAX.WINDOW, U32],
  rtt: [RTAX.RTT, U32],
  rttVariance: [RTAX.RTTVAR, U32],
  slowStartThreshold: [RTAX.SSTHRESH, U32],
  congestionWindow: [RTAX.CWND, U32],
  advertisedMss: [RTAX.ADVMSS, U32],
  reordering: [RTAX.REORDERING, U32],
  hopLimit: [RTAX.HOPLIMIT, U32],
  initialCongestionWindow: [RTAX.INITCWND, U32],
  features: [RTAX.FEATURES, U32],
  minimumRto: [RTAX.RTO_MIN, U32],
  initialReceiveWindow: [RTAX.INITRWND, U32],
  quickAck: [RTAX.QUICKACK, U32],
  congestionControl: [RTAX.CC_ALGO, TEXT],
} as const;

const FIELDS = {
  destination: [RTA.DST, BYTES],
  source: [RTA.SRC, BYTES],
  inputIndex: [RTA.IIF, U32],
  /** The index of the link. */
  index: [RTA.OIF, U32],
  gateway: [RTA.GATEWAY, BYTES],
  via: [RTA.VIA, VIA],
  priority: [RTA.PRIORITY, U32],
  preferredSource: [RTA.PREFSRC, BYTES],
  metrics: [RTA.METRICS, nest(METRIC_FIELDS)],
  nextHops: [RTA.MULTIPATH, NEXT_HOPS],
  flow: [RTA.FLOW, U32],
  /** Times in hundredths of a second (struct rta_cacheinfo). */
  cacheInfo: [RTA.CACHEINFO, structOf32(['references', 'lastUse', 'expires', 'error', 'used'], ['expires'])],
  /** The header has room for the first 256. */
  table: [RTA.TABLE, U32],
  mark: [RTA.MARK, U32],
  /** IPv6: how good the router is (RFC 4191). */
  preference: [RTA.PREF, U8],
  nextHopId: [RTA.NH_ID, U32],
} as const;

/** A route as rtnetlink tells it (RTM_NEWROUTE, RTM_DELROUTE) or is asked for it. */
export interface RouteMessage extends RouteHeader, Omit<FieldValues<typeof FIELDS>, 'table'> {}

/** The payload of a route message. */
export function encodeRoute(route: RouteMessage): Uint8Array {
  return encode((to) => {
    writeRouteHeader(route, to);
    writeFields(FIELDS, route, to);
  });
}

/** @throws NetlinkDecodeError */
export function decodeRoute(payload: Uint8Array): RouteMessage {
  const what = 'route';
  const header = decodeRouteHeader(payload, what);
  return decodeFields(FIELDS, payload.subarray(ROUTE_HEADER_SIZE), what, header);
}
