import {
  InvalidArgumentError,
  type IpAddress,
  type IpFamily,
  ipFamily,
  type MacAddress,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  parseMacAddress,
  parsePort,
} from 'netdev-core';
import type { ExplainOptions } from './packet.js';
import { hasPorts, protocolNumber } from './protocols.js';

/** A packet whose fields are known to be what they should be, and to go together. */
export interface ParsedPacket {
  in: string | undefined;
  inPort: string | undefined;
  out: string | undefined;
  outPort: string | undefined;
  bridged: boolean;
  sourceMac: MacAddress | undefined;
  destinationMac: MacAddress | undefined;
  content: IpContent | ArpContent | OtherContent;
  mark: number;
}

export interface IpContent {
  kind: IpFamily;
  source: IpAddress;
  destination: IpAddress;
  protocol: number;
  sourcePort: number | undefined;
  destinationPort: number | undefined;
  icmpType: number | undefined;
  icmpCode: number | undefined;
  neighbourTarget: IpAddress | undefined;
  connection: ConnectionState;
  opened: ParsedPacket | undefined;
}

export interface ArpContent {
  kind: 'arp';
  operation: number | undefined;
  senderMac: MacAddress | undefined;
  senderAddress: IpAddress | undefined;
  targetMac: MacAddress | undefined;
  targetAddress: IpAddress | undefined;
}

export interface OtherContent {
  kind: 'other';
  etherType: number;
}

const states = ['new', 'established', 'related', 'invalid', 'untracked'] as const;
export type ConnectionState = (typeof states)[number];

/** What speaks of neighbours and multicast groups is not tracked (noct_valid_new of nf_conntrack_proto_icmpv6.c). */
const untracked: readonly number[] = [130, 131, 132, 133, 134, 135, 136, 143];

/** Neighbour solicitation and advertisement (RFC 4861, 4.3 and 4.4). */
export const neighbourMessages: readonly number[] = [135, 136];

/** ARP's operations (RFC 826). */
const operations: Readonly<Record<string, number>> = { request: 1, reply: 2 };

const passageFields = ['in', 'inPort', 'out', 'outPort', 'bridged', 'sourceMac', 'destinationMac', 'mark'];
const ipFields = [
  ...['source', 'destination', 'protocol', 'sourcePort', 'destinationPort', 'icmpType', 'icmpCode'],
  ...['neighbourTarget', 'connection', 'opened'],
];
const arpFields = ['operation', 'senderMac', 'senderAddress', 'targetMac', 'targetAddress'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses a packet.
 *
 * @throws InvalidArgumentError naming the field below `path`
 */
export function parsePacket(value: unknown, path = 'packet'): ParsedPacket {
  const given = fieldsOf(value, path, [...passageFields, ...ipFields, 'arp', 'etherType'], 'a packet');
  const mark = optional(given, path, 'mark', (each, field) => parseInteger(each, field, 0, 0xffffffff)) ?? 0;
  return { ...parsePassage(given, path), mark, content: parseContent(given, path) };
}

/** Parses what has to be known of the host. @throws InvalidArgumentError naming the field */
export function parseExplainOptions(value: unknown): ExplainOptions {
  const given = fieldsOf(value, 'options', ['bridgeNetfilter'], 'these options');
  return { bridgeNetfilter: optional(given, 'options', 'bridgeNetfilter', parseBoolean) };
}

function parsePassage(given: Fields, path: string): Omit<ParsedPacket, 'content' | 'mark'> {
  const name = (field: string): string | undefined => optional(given, path, field, parseInterfaceName);
  const passage = {
    in: name('in'),
    inPort: name('inPort'),
    out: name('out'),
    outPort: name('outPort'),
    bridged: optional(given, path, 'bridged', parseBoolean) ?? false,
    sourceMac: optional(given, path, 'sourceMac', parseMacAddress),
    destinationMac: optional(given, path, 'destinationMac', parseMacAddress),
  };
  const refuse = (field: string, expected: string): never => {
    throw new InvalidArgumentError(`${path}.${field}`, given[field], expected);
  };
  if (passage.in === undefined && passage.out === undefined)
    refuse('in', 'the device that it comes in by, where it does not name the one it leaves by (out)');
  if (passage.in === undefined && passage.inPort !== undefined)
    refuse('inPort', 'given with its bridge (in)');
  if (passage.out === undefined && passage.outPort !== undefined)
    refuse('outPort', 'given with its bridge (out)');
  if (!passage.bridged && passage.in !== undefined && passage.out !== undefined)
    for (const field of ['arp', 'etherType'])
      if (given[field] !== undefined)
        refuse(field, 'left out, as only IP is routed (bridged: true, from port to port?)');
  if (passage.bridged) {
    if (passage.in === undefined) refuse('in', 'the bridge that hands it on');
    if (passage.out !== passage.in) refuse('out', 'the bridge that it comes in by, as a bridge hands it on');
    if (passage.inPort === undefined)
      refuse('inPort', 'the port that it comes in by, as a bridge hands it on');
    if (passage.outPort === undefined)
      refuse('outPort', 'the port that it leaves by, as a bridge hands it on');
  }
  return passage;
}

function parseContent(given: Fields, path: string): ParsedPacket['content'] {
  const kinds = ['arp', 'etherType'].filter((field) => given[field] !== undefined);
  const ofIp = ipFields.find((field) => given[field] !== undefined);
  const [kind, another = ofIp] = kinds;
  if (kind === undefined) return parseIp(given, path);
  if (another !== undefined)
    throw new InvalidArgumentError(`${path}.${another}`, given[another], `left out beside ${kind}`);
  if (kind === 'arp') return parseArp(given.arp, `${path}.arp`);
  const etherType = parseInteger(given.etherType, `${path}.etherType`, 0x600, 0xffff, 'an EtherType');
  if (![0x0800, 0x0806, 0x86dd].includes(etherType)) return { kind: 'other', etherType };
  throw new InvalidArgumentError(
    `${path}.etherType`,
    etherType,
    'one of neither IP nor ARP, whose fields say it by themselves',
  );
}

function parseIp(given: Fields, path: string): IpContent {
  const source = parseIpAddress(given.source, `${path}.source`);
  const kind = ipFamily(source);
  const protocol = parseProtocol(given.protocol, kind, `${path}.protocol`);
  const withPorts = hasPorts(protocol);
  const isIcmp = protocol === protocolNumber(kind === 'ipv4' ? 'icmp' : 'icmpv6');
  const only = (allowed: boolean, field: string, expected: string): void => {
    if (allowed || given[field] === undefined) return;
    throw new InvalidArgumentError(`${path}.${field}`, given[field], expected);
  };
  for (const field of ['sourcePort', 'destinationPort'])
    only(withPorts, field, 'left out for a protocol without ports');
  for (const field of ['icmpType', 'icmpCode'])
    only(isIcmp, field, `left out but for ${kind === 'ipv4' ? 'icmp' : 'icmpv6'}`);
  const byte = (value: unknown, field: string): number => parseInteger(value, field, 0, 255);
  const type = optional(given, path, 'icmpType', byte);
  const usual = kind === 'ipv6' && isIcmp && untracked.includes(type ?? -1) ? 'untracked' : 'new';
  only(
    kind === 'ipv6' && isIcmp && neighbourMessages.includes(type ?? -1),
    'neighbourTarget',
    'left out but for a neighbour solicitation or advertisement (icmpv6 of type 135 or 136)',
  );
  const connection = optional(given, path, 'connection', parseState) ?? usual;
  only(
    connection === 'established' ||
      (connection === 'new' && usual === 'new') ||
      (connection === 'related' && isIcmp),
    'opened',
    'left out for what belongs to no connection, and for related connections, which open one of their own',
  );
  return {
    kind,
    source,
    destination: parseIpAddress(given.destination, `${path}.destination`, kind),
    protocol,
    sourcePort: optional(given, path, 'sourcePort', parsePort),
    destinationPort: optional(given, path, 'destinationPort', parsePort),
    icmpType: type,
    icmpCode: optional(given, path, 'icmpCode', byte),
    neighbourTarget: optional(given, path, 'neighbourTarget', (value, field) =>
      parseIpAddress(value, field, 'ipv6'),
    ),
    connection,
    opened: optional(given, path, 'opened', (value, field) => parseOpened(value, kind, field)),
  };
}

function parseOpened(value: unknown, kind: IpFamily, path: string): ParsedPacket {
  const opened = parsePacket(value, path);
  const { content } = opened;
  if (content.kind !== kind) throw new InvalidArgumentError(path, undefined, `a packet of ${kind} as well`);
  if (content.connection !== 'new')
    throw new InvalidArgumentError(
      `${path}.connection`,
      content.connection,
      'new, as it opens the connection',
    );
  if (content.opened === undefined) return opened;
  throw new InvalidArgumentError(`${path}.opened`, undefined, 'left out, as it opens the connection itself');
}

function parseArp(value: unknown, path: string): ArpContent {
  const given = fieldsOf(value, path, arpFields, 'an ARP message');
  const address = (each: unknown, field: string): IpAddress => parseIpAddress(each, field, 'ipv4');
  return {
    kind: 'arp',
    operation: optional(given, path, 'operation', (each, field) =>
      typeof each === 'string' && Object.hasOwn(operations, each)
        ? (operations[each] as number)
        : parseInteger(each, field, 1, 0xffff, 'request, reply or a whole number'),
    ),
    senderMac: optional(given, path, 'senderMac', parseMacAddress),
    senderAddress: optional(given, path, 'senderAddress', address),
    targetMac: optional(given, path, 'targetMac', parseMacAddress),
    targetAddress: optional(given, path, 'targetAddress', address),
  };
}

function parseProtocol(value: unknown, kind: IpFamily, field: string): number {
  const expected = 'tcp, udp, icmp, icmpv6, sctp or a number from 0 to 255';
  const number =
    typeof value === 'string' && ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp'].includes(value)
      ? protocolNumber(value)
      : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 255)
    throw new InvalidArgumentError(field, value, expected);
  if ((value === 'icmp' && kind === 'ipv6') || (value === 'icmpv6' && kind === 'ipv4'))
    throw new InvalidArgumentError(field, value, `a protocol of ${kind}`);
  return number;
}

function parseState(value: unknown, field: string): ConnectionState {
  const found = states.find((state) => state === value);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(field, value, `one of ${states.join(', ')}`);
}

function parseBoolean(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new InvalidArgumentError(field, value, 'true or false');
}

function fieldsOf(value: unknown, path: string, known: readonly string[], what: string): Fields {
  if (typeof value !== 'object' || value === null) throw new InvalidArgumentError(path, value, what);
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw new InvalidArgumentError(`${path}.${name}`, name, `a field of ${what}`);
  }
  return value as Fields;
}

function optional<Value>(
  given: Fields,
  path: string,
  field: string,
  parse: (value: unknown, field: string) => Value,
): Value | undefined {
  return given[field] === undefined ? undefined : parse(given[field], `${path}.${field}`);
}
