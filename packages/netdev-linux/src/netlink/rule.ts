import { FRA } from './constants/index.js';
import { BYTES, decodeFields, type FieldValues, I32, TEXT, U8, U32, writeFields } from './fields.js';
import { decodeRouteHeader, ROUTE_HEADER_SIZE, writeRouteHeader } from './route-header.js';
import { encode } from './writer.js';

const FIELDS = {
  destination: [FRA.DST, BYTES],
  source: [FRA.SRC, BYTES],
  inputLink: [FRA.IIFNAME, TEXT],
  outputLink: [FRA.OIFNAME, TEXT],
  priority: [FRA.PRIORITY, U32],
  mark: [FRA.FWMARK, U32],
  markMask: [FRA.FWMASK, U32],
  /** The header has room for the first 256. */
  table: [FRA.TABLE, U32],
  protocol: [FRA.PROTOCOL, U8],
  /** -1 where there is none. */
  suppressPrefixLength: [FRA.SUPPRESS_PREFIXLEN, I32],
  suppressLinkGroup: [FRA.SUPPRESS_IFGROUP, I32],
  target: [FRA.GOTO, U32],
  flow: [FRA.FLOW, U32],
  tunnelId: [FRA.TUN_ID, BYTES],
  userRange: [FRA.UID_RANGE, BYTES],
  ipProtocol: [FRA.IP_PROTO, U8],
  sourcePorts: [FRA.SPORT_RANGE, BYTES],
  destinationPorts: [FRA.DPORT_RANGE, BYTES],
  l3MasterDevice: [FRA.L3MDEV, U8],
} as const;

/** A rule of the routing policy as rtnetlink tells it (RTM_NEWRULE, RTM_DELRULE) or is asked for it. */
export interface RuleMessage extends Omit<FieldValues<typeof FIELDS>, 'table'> {
  family: number;
  destinationLength: number;
  sourceLength: number;
  tos: number;
  table: number;
  /** FR_ACT_*. */
  action: number;
  /** FIB_RULE_*. */
  flags: number;
}

/** The payload of a rule message. */
export function encodeRule(rule: RuleMessage): Uint8Array {
  const fields = rule.table === 0 ? { ...rule, table: undefined } : rule;
  return encode((to) => {
    writeRouteHeader({ ...rule, protocol: 0, scope: 0, type: rule.action }, to);
    writeFields(FIELDS, fields, to);
  });
}

/** @throws NetlinkDecodeError */
export function decodeRule(payload: Uint8Array): RuleMessage {
  const what = 'rule';
  const { protocol: _, scope: __, type: action, ...header } = decodeRouteHeader(payload, what);
  return decodeFields(FIELDS, payload.subarray(ROUTE_HEADER_SIZE), what, { ...header, action });
}
