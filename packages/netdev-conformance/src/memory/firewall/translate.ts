import {
  cidrAddress,
  contains,
  type Intent,
  type IntentKind,
  type IpAddress,
  ipFamily,
  type SourceNatIntent,
} from 'netdev-core';
import type { NetworkStack } from '../network-stack.js';
import type { MemoryPacket } from './packet.js';
import type { MemoryRule } from './rule-set.js';

/** A packet on its way: parsed, and translated so far. */
export interface Travelling {
  /** The layer-3 device it came in by; `undefined` from the host itself. */
  in: string | undefined;
  from: IpAddress;
  to: IpAddress;
  port: number | undefined;
  protocol: MemoryPacket['protocol'];
  /** Where it was sent before a translation of its destination. */
  sentTo: IpAddress | undefined;
}

/** Translates the destination: special before general, a port before an address. */
export function translateDestination(
  packet: Travelling,
  rules: readonly MemoryRule[],
): MemoryRule | undefined {
  const samePort = (intent: { protocol: string; address: string; port: number }): boolean =>
    intent.address === packet.to && intent.protocol === packet.protocol && intent.port === packet.port;
  const forward = first(rules, 'port-forward', samePort);
  if (forward !== undefined) {
    send(packet, forward.intent.toAddress, forward.intent.toPort ?? packet.port);
    return forward.rule;
  }
  const redirect = first(
    rules,
    'redirect',
    (intent) =>
      samePort(intent) &&
      packet.in !== undefined &&
      (intent.interface === undefined || intent.interface === packet.in) &&
      (intent.source === undefined || contains(intent.source as never, packet.from)),
  );
  if (redirect !== undefined) {
    send(packet, redirect.intent.toAddress, redirect.intent.toPort);
    return redirect.rule;
  }
  const floating = first(rules, 'floating-address', (intent) => intent.floating === packet.to);
  if (floating !== undefined) send(packet, floating.intent.fixed, packet.port);
  return floating?.rule;
}

/** Translates the source of a packet that leaves by `out`: hairpins, exceptions, then what is special before what is general. */
export function translateSource(
  packet: Travelling,
  out: string,
  stack: NetworkStack,
  rules: readonly MemoryRule[],
): MemoryRule | undefined {
  const from = (network: string): boolean => contains(network as never, packet.from);
  const isHairpin = (outside: string, inside: string, network: string | undefined): boolean =>
    network !== undefined && from(network) && packet.to === inside && packet.sentTo === outside;
  const hairpin = first(rules, 'floating-address', (intent) =>
    isHairpin(intent.floating, intent.fixed, intent.hairpin),
  );
  const portHairpin = first(rules, 'port-forward', (intent) =>
    isHairpin(intent.address, intent.toAddress, intent.hairpin),
  );
  const outside = hairpin?.intent.floating ?? portHairpin?.intent.address;
  if (outside !== undefined) {
    packet.from = outside as IpAddress;
    return hairpin?.rule ?? portHairpin?.rule;
  }

  const exempt = first(
    rules,
    'no-nat',
    ({ source, destination }) => from(source) && contains(destination as never, packet.to),
  );
  if (exempt !== undefined) return exempt.rule;

  const leavesBy = (name: string | undefined): boolean => name === undefined || name === out;
  const floating = first(
    rules,
    'floating-address',
    (intent) => intent.fixed === packet.from && leavesBy(intent.interface),
  );
  if (floating !== undefined) {
    packet.from = floating.intent.floating as IpAddress;
    return floating.rule;
  }
  const isBound = ({ source, destination }: SourceNatIntent): boolean =>
    destination === undefined
      ? !contains(source as never, packet.to)
      : contains(destination as never, packet.to);
  const nat = first(
    rules,
    'source-nat',
    (intent) => from(intent.source) && isBound(intent) && leavesBy(intent.interface),
  );
  if (nat === undefined) return undefined;
  const own = stack.addresses.find(
    ({ link, cidr }) => link === out && ipFamily(cidr) === ipFamily(packet.from),
  );
  if (nat.intent.to !== 'masquerade') packet.from = nat.intent.to as IpAddress;
  else if (own !== undefined) packet.from = cidrAddress(own.cidr);
  return nat.rule;
}

/** The first rule of a kind that fits. */
export function first<Kind extends IntentKind>(
  rules: readonly MemoryRule[],
  kind: Kind,
  fits: (intent: Extract<Intent, { kind: Kind }>) => boolean,
): { rule: MemoryRule; intent: Extract<Intent, { kind: Kind }> } | undefined {
  for (const rule of rules) {
    if (rule.intent.kind !== kind) continue;
    const intent = rule.intent as Extract<Intent, { kind: Kind }>;
    if (fits(intent)) return { rule, intent };
  }
  return undefined;
}

function send(packet: Travelling, address: string, port: number | undefined): void {
  packet.sentTo = packet.to;
  packet.to = address as IpAddress;
  packet.port = port;
}
