import { FRA } from './constants/index.js';
import { BYTES, decodeFields, encodeFields, type FieldValues, I32, TEXT, U8, U32 } from './fields.js';
import { concat, readU8, readU32, u8, u32 } from './scalar.js';

/** The size of struct fib_rule_hdr (linux/fib_rules.h). */
export const RULE_HEADER_SIZE = 12;

const FIELDS = {
  destination: [FRA.DST, BYTES],
  source: [FRA.SRC, BYTES],
  inputLink: [FRA.IIFNAME, TEXT],
  outputLink: [FRA.OIFNAME, TEXT],
  priority: [FRA.PRIORITY, U32],
  mark: [FRA.FWMARK, U32],
  markMask: [FRA.FWMASK, U32],
  longTable: [FRA.TABLE, U32],
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
export interface RuleMessage extends Omit<FieldValues<typeof FIELDS>, 'longTable'> {
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
  const { family, destinationLength, sourceLength, tos, table, action, flags, ...fields } = rule;
  return concat([
    u8(family),
    u8(destinationLength),
    u8(sourceLength),
    u8(tos),
    // A table of more than one byte is in its attribute, and here unspecified.
    u8(table > 0xff ? 0 : table),
    u8(0),
    u8(0),
    u8(action),
    u32(flags),
    encodeFields(FIELDS, table === 0 ? fields : { ...fields, longTable: table }),
  ]);
}

/** @throws NetlinkDecodeError */
export function decodeRule(payload: Uint8Array): RuleMessage {
  const what = 'rule';
  const header = {
    family: readU8(payload, what),
    destinationLength: readU8(payload.subarray(1), what),
    sourceLength: readU8(payload.subarray(2), what),
    tos: readU8(payload.subarray(3), what),
    table: readU8(payload.subarray(4), what),
    action: readU8(payload.subarray(7), what),
    flags: readU32(payload.subarray(8), what),
  };
  const { longTable, ...fields } = decodeFields(FIELDS, payload.subarray(RULE_HEADER_SIZE), what);
  return { ...header, table: longTable ?? header.table, ...fields };
}
