import {
  cidrAddress,
  type InterfaceName,
  ipFromBytes,
  ipToBytes,
  type Network,
  type ParsedRoutingRuleSpec,
  prefixLength,
  type RoutingRule,
  type RoutingRuleAction,
  withoutAbsent,
} from 'netdev-core';
import { AF, FIB_RULE, FR_ACT, type RuleMessage } from '../netlink/index.js';
import { addressFamily } from './address-codec.js';
import { protocolName, protocolNumber } from './route-codec.js';

const actions: Readonly<Record<RoutingRuleAction, number>> = {
  lookup: FR_ACT.TO_TBL,
  blackhole: FR_ACT.BLACKHOLE,
  unreachable: FR_ACT.UNREACHABLE,
  prohibit: FR_ACT.PROHIBIT,
};

const ALL_BITS = 0xffff_ffff;

/** A rule as the contract shows it; `undefined` for one that is not of IP unicast. */
export function ruleFromMessage(message: RuleMessage): RoutingRule | undefined {
  if (message.family !== AF.INET && message.family !== AF.INET6) return undefined;
  const action = (Object.keys(actions) as RoutingRuleAction[]).find(
    (name) => actions[name] === message.action,
  );
  const { mark, markMask } = message;
  return withoutAbsent<RoutingRule>({
    family: message.family === AF.INET6 ? 'ipv6' : 'ipv4',
    priority: message.priority ?? 0,
    action: action ?? otherAction(message.action),
    table: action === 'lookup' ? message.table : undefined,
    from: networkOf(message.source, message.sourceLength),
    to: networkOf(message.destination, message.destinationLength),
    mark: mark ?? (markMask === undefined ? undefined : 0),
    markMask: markMask === ALL_BITS ? undefined : markMask,
    inputLink: message.inputLink as InterfaceName | undefined,
    outputLink: message.outputLink as InterfaceName | undefined,
    inverted: (message.flags & FIB_RULE.INVERT) !== 0,
    protocol: protocolName(message.protocol ?? 0),
    special: action === undefined || isSpecial(message) ? true : undefined,
  });
}

/** The request for a rule, with its mask always, so that a mark of 0 is a condition, too. */
export function ruleToMessage(spec: ParsedRoutingRuleSpec): RuleMessage {
  const { family, priority, action, table = 0, from, to, mark, markMask, inverted, protocol } = spec;
  return {
    family: addressFamily(family),
    destinationLength: to === undefined ? 0 : prefixLength(to),
    sourceLength: from === undefined ? 0 : prefixLength(from),
    tos: 0,
    table,
    action: actions[action],
    flags: inverted ? FIB_RULE.INVERT : 0,
    destination: to === undefined ? undefined : ipToBytes(cidrAddress(to)),
    source: from === undefined ? undefined : ipToBytes(cidrAddress(from)),
    inputLink: spec.inputLink,
    outputLink: spec.outputLink,
    priority,
    mark,
    markMask: mark === undefined ? undefined : (markMask ?? ALL_BITS),
    protocol: protocolNumber(protocol ?? 'static'),
  };
}

function otherAction(action: number): string {
  const name = Object.entries(FR_ACT).find(([, value]) => value === action)?.[0];
  return name?.toLowerCase() ?? String(action);
}

/** Conditions that the contract has no word for. */
function isSpecial(message: RuleMessage): boolean {
  const { suppressPrefixLength = -1, suppressLinkGroup = -1, tunnelId, l3MasterDevice = 0 } = message;
  return (
    message.tos !== 0 ||
    suppressPrefixLength !== -1 ||
    suppressLinkGroup !== -1 ||
    l3MasterDevice !== 0 ||
    tunnelId?.some((byte) => byte !== 0) === true ||
    [
      message.target,
      message.flow,
      message.userRange,
      message.ipProtocol,
      message.sourcePorts,
      message.destinationPorts,
    ].some((value) => value !== undefined)
  );
}

function networkOf(address: Uint8Array | undefined, length: number): Network | undefined {
  return address === undefined ? undefined : (`${ipFromBytes(address)}/${length}` as Network);
}
