import {
  type Cidr,
  contains,
  type GuestIntent,
  type IpAddress,
  ipFamily,
  ipFromBytes,
  type PortRange,
  type SecurityGroupRule,
} from 'netdev-core';
import type { MemoryPacket } from './packet.js';
import type { MemoryRule } from './rule-set.js';
import type { Travelling } from './translate.js';

/** What decided about a packet, and how. */
export interface Judgement {
  lets: boolean;
  /** The rules that the packet met. */
  met: readonly MemoryRule[];
}

/** What is looked at in a packet beside its way. */
type Looks = Pick<MemoryPacket, 'fromPort' | 'icmpType' | 'icmpCode' | 'mac' | 'reply'>;

/** ICMPv6 types of neighbour discovery and of group membership that nobody has to allow. */
const always = {
  in: [130, 134, 135, 136],
  out: [131, 132, 133, 135, 136, 143],
  nowhere: [131, 133, 135, 143],
};

/** Whether a guest sends a frame in its own name, and none that only a server or a router may send. */
export function judgeFrame(
  rules: readonly MemoryRule[],
  port: string,
  packet: Travelling,
  looks: Looks,
): Judgement | undefined {
  const rule = rules.find(({ intent }) => intent.kind === 'guest' && intent.port === port);
  if (rule === undefined) return undefined;
  const intent = rule.intent as GuestIntent;
  const isServer = packet.protocol === 'udp' && (looks.fromPort === 67 || looks.fromPort === 547);
  const isRouter = packet.protocol === 'icmpv6' && looks.icmpType === 134;
  const isOwn = looks.mac === undefined || looks.mac === intent.mac;
  return { lets: isOwn && !isServer && !isRouter && mayBeFrom(intent, packet, looks), met: [rule] };
}

function mayBeFrom(intent: GuestIntent, packet: Travelling, looks: Looks): boolean {
  if (packet.from === '0.0.0.0') return isDhcp(packet, looks, 68, 67);
  if (packet.from === '::')
    return packet.protocol === 'icmpv6' && always.nowhere.includes(looks.icmpType ?? -1);
  return packet.from === linkLocalOf(intent.mac) || isAmong(intent.addresses, packet.from);
}

/** Whether guests let a packet go on: the one that it comes from by a bridge, and the one that it goes to. */
export function judgeWay(
  rules: readonly MemoryRule[],
  packet: Travelling,
  out: string | undefined,
  looks: Looks,
): Judgement {
  if (looks.reply === true) return { lets: true, met: [] };
  const judgements = rules.flatMap((rule): Judgement[] => {
    if (rule.intent.kind !== 'guest') return [];
    const { bridge, mac, addresses, securityGroups, out: outward } = rule.intent;
    const isFrom = isAmong(addresses, packet.from) || packet.from === linkLocalOf(mac);
    const sends = outward === 'groups' && bridge === packet.in && isFrom;
    const receives = bridge === out && isAmong(addresses, packet.to);
    return [
      ...(sends ? [judge(rules, rule, securityGroups, 'out', packet, looks)] : []),
      ...(receives ? [judge(rules, rule, securityGroups, 'in', packet, looks)] : []),
    ];
  });
  return { lets: judgements.every(({ lets }) => lets), met: judgements.flatMap(({ met }) => met) };
}

function judge(
  rules: readonly MemoryRule[],
  guest: MemoryRule,
  groups: readonly string[],
  direction: 'in' | 'out',
  packet: Travelling,
  looks: Looks,
): Judgement {
  const [client, server] = direction === 'in' ? [67, 68] : [68, 67];
  const [client6, server6] = direction === 'in' ? [547, 546] : [546, 547];
  const isNeeded =
    isDhcp(packet, looks, client, server) ||
    isDhcp(packet, looks, client6, server6) ||
    (packet.protocol === 'icmpv6' && always[direction].includes(looks.icmpType ?? -1));
  if (isNeeded) return { lets: true, met: [guest] };
  const allowing = rules.find(
    ({ intent }) =>
      intent.kind === 'security-group' &&
      groups.includes(intent.name) &&
      intent.rules.some((rule) => rule.direction === direction && allows(rules, rule, packet, looks)),
  );
  return allowing === undefined ? { lets: false, met: [guest] } : { lets: true, met: [guest, allowing] };
}

function allows(
  rules: readonly MemoryRule[],
  { direction, family, protocol, ports, icmpType, icmpCode, remote }: SecurityGroupRule,
  packet: Travelling,
  looks: Looks,
): boolean {
  const other = direction === 'in' ? packet.from : packet.to;
  return (
    (family === undefined || family === ipFamily(packet.to)) &&
    (protocol === undefined || protocol === packet.protocol) &&
    (ports === undefined || isInRange(ports, packet.port)) &&
    (icmpType === undefined || icmpType === looks.icmpType) &&
    (icmpCode === undefined || icmpCode === (looks.icmpCode ?? 0)) &&
    (remote === undefined ||
      isAmong(typeof remote === 'string' ? [remote] : membersOf(rules, remote.group), other))
  );
}

function membersOf(rules: readonly MemoryRule[], group: string): string[] {
  return rules.flatMap(({ intent }) => {
    if (intent.kind === 'guest' && intent.securityGroups.includes(group)) return [...intent.addresses];
    return intent.kind === 'security-group' && intent.name === group ? [...(intent.members ?? [])] : [];
  });
}

function isAmong(networks: readonly string[], address: Travelling['from']): boolean {
  return networks.some((network) => contains(network as Cidr, address));
}

/** The address that an interface forms from its MAC (RFC 4291, appendix A). */
function linkLocalOf(mac: string): IpAddress {
  const [first = 0, ...rest] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const half = [first ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)];
  return ipFromBytes(Uint8Array.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, ...half]));
}

function isDhcp({ protocol, port }: Travelling, { fromPort }: Looks, from: number, to: number): boolean {
  return protocol === 'udp' && fromPort === from && port === to;
}

export function isInRange(range: PortRange, port: number | undefined): boolean {
  if (port === undefined) return false;
  const [from, to] = typeof range === 'number' ? [range, range] : range;
  return port >= from && port <= to;
}
