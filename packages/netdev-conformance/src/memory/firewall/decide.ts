import {
  type Cidr,
  cidrAddress,
  contains,
  ipFamily,
  parseIpAddress,
  parseMacAddress,
  prefixLength,
} from 'netdev-core';
import { findByName, type NetworkStack } from '../network-stack.js';
import { isInRange, judgeFrame, judgeWay } from './guests.js';
import type { MemoryPacket, PacketFate } from './packet.js';
import type { MemoryRule, MemoryRuleSet } from './rule-set.js';
import { first, type Travelling, translateDestination, translateSource } from './translate.js';

/** What the host does with what no intent lets in. */
export type InputPolicy = 'accept' | 'drop';

/**
 * Sends a packet through a stack, by its addresses, routes, forwarding and the intents that were
 * applied, in the order of a packet filter: frames, destination, the way, admission, source. The
 * rules that it meets count it.
 */
export function decide(
  stack: NetworkStack,
  ruleSet: MemoryRuleSet,
  given: MemoryPacket,
  input: InputPolicy,
): PacketFate {
  const rules = [...ruleSet.values()].flat();
  const count = (rule: MemoryRule | undefined): void => {
    if (rule === undefined) return;
    rule.packets += 1n;
    rule.bytes += BigInt(given.bytes ?? 60);
  };
  const looks = { ...given, ...(given.mac === undefined ? {} : { mac: parseMacAddress(given.mac) }) };
  const port = given.in === undefined ? undefined : findByName(stack, given.in);
  const bridge = port?.master === undefined ? undefined : stack.links.get(port.master)?.name;
  const packet: Travelling = {
    in: bridge ?? given.in,
    from: parseIpAddress(given.from, 'from'),
    to: parseIpAddress(given.to, 'to'),
    port: given.port,
    protocol: given.protocol,
    sentTo: undefined,
  };
  const fate = (verdict: PacketFate['verdict'], because: string, out?: string): PacketFate => ({
    verdict,
    because,
    from: packet.from,
    to: packet.to,
    ...(packet.port === undefined ? {} : { port: packet.port }),
    ...(out === undefined ? {} : { out }),
  });

  const frame = given.in === undefined ? undefined : dropsFrame(rules, given.in, given);
  if (frame !== undefined) {
    count(frame);
    return fate('drop', frame.intent.kind);
  }
  const sending = given.in === undefined ? undefined : judgeFrame(rules, given.in, packet, looks);
  if (sending?.lets === false) {
    for (const rule of sending.met) count(rule);
    return fate('drop', 'guest');
  }
  const translation = given.reply === true ? undefined : translateDestination(packet, rules);
  count(translation);
  const isLocal = stack.addresses.some(({ cidr }) => cidrAddress(cidr) === packet.to);
  const out = isLocal ? undefined : wayTo(stack, packet.to);
  // The host itself is trusted.
  if (packet.in !== undefined) {
    for (const own of ruleSet.values()) {
      const { lets, met } = judgeWay(own, packet, out, looks);
      for (const rule of met) count(rule);
      if (!lets) return fate('drop', 'guest');
    }
  }
  if (isLocal) {
    if (translation !== undefined) return fate('input', translation.intent.kind);
    const admission = admits(rules, packet);
    count(admission);
    if (admission !== undefined) return fate('input', admission.intent.kind);
    const lets = given.in === undefined || given.reply === true || input === 'accept';
    return lets ? fate('input', 'nothing refuses it') : fate('drop', 'nothing lets it in');
  }
  if (out === undefined) return fate('drop', 'no route');
  // What stays on a bridge is not routed.
  const isBridged = bridge !== undefined && bridge === out && translation === undefined;
  if (isBridged) return fate('forward', 'bridge', out);
  if (packet.in !== undefined) {
    if (!stack.forwarding[ipFamily(packet.to)]) return fate('drop', 'the host does not forward');
    const { lets, rule } = forwards(rules, packet, out, given.reply === true, translation);
    count(rule);
    if (!lets) return fate('drop', rule?.intent.kind ?? 'forwarding');
  }
  const leaving = given.reply === true ? undefined : translateSource(packet, out, stack, rules);
  count(leaving);
  const isolated = first(
    rules,
    'isolate-address',
    (intent) => intent.interface === out && intent.address === packet.from,
  );
  if (isolated !== undefined) {
    count(isolated.rule);
    return fate('drop', 'isolate-address');
  }
  return fate('forward', leaving?.intent.kind ?? translation?.intent.kind ?? 'route', out);
}

/** Whether frames like this one are dropped as they come in by a port. */
function dropsFrame(
  rules: readonly MemoryRule[],
  port: string,
  packet: MemoryPacket,
): MemoryRule | undefined {
  const isolated = first(
    rules,
    'isolate-address',
    (intent) => intent.interface === port && intent.address === packet.to,
  );
  const answersDhcp = packet.protocol === 'udp' && (packet.fromPort === 67 || packet.fromPort === 547);
  const guarded = answersDhcp ? first(rules, 'dhcp-guard', ({ ports }) => ports.includes(port)) : undefined;
  return (isolated ?? guarded)?.rule;
}

function admits(rules: readonly MemoryRule[], packet: Travelling): MemoryRule | undefined {
  return first(
    rules,
    'accept-input',
    (intent) =>
      (intent.interface === undefined || intent.interface === packet.in) &&
      (intent.source === undefined || contains(intent.source as Cidr, packet.from)) &&
      (intent.destination === undefined || contains(intent.destination as Cidr, packet.to)) &&
      (intent.protocol === undefined || intent.protocol === packet.protocol) &&
      (intent.ports === undefined || isInRange(intent.ports, packet.port)),
  )?.rule;
}

function forwards(
  rules: readonly MemoryRule[],
  packet: Travelling,
  out: string,
  isReply: boolean,
  translation: MemoryRule | undefined,
): { lets: boolean; rule: MemoryRule | undefined } {
  if (translation !== undefined) return { lets: true, rule: translation };
  const policyOf = (device: string | undefined, policy: string) =>
    first(rules, 'forward-policy', (intent) => intent.bridge === device && intent.policy === policy)?.rule;
  const answered = isReply ? policyOf(out, 'outbound') : undefined;
  if (answered !== undefined) return { lets: true, rule: answered };
  const closed = policyOf(packet.in, 'closed') ?? policyOf(out, 'closed');
  if (closed !== undefined) return { lets: false, rule: closed };
  const outbound = policyOf(packet.in, 'outbound');
  if (outbound !== undefined) {
    const toBridge = first(rules, 'forward-policy', ({ bridge }) => bridge === out) !== undefined;
    return { lets: out === packet.in || !toBridge, rule: outbound };
  }
  const unasked = policyOf(out, 'outbound');
  if (unasked !== undefined) return { lets: false, rule: unasked };
  const limited = limitOf(rules, packet.in, out);
  if (limited !== undefined && packet.in !== out) return limited;
  return { lets: true, rule: policyOf(packet.in, 'open') ?? policyOf(out, 'open') };
}

/** What a bridge that is open from and to some devices only makes of a packet. */
function limitOf(
  rules: readonly MemoryRule[],
  from: string | undefined,
  out: string,
): { lets: boolean; rule: MemoryRule } | undefined {
  const limits = [
    [from, out],
    [out, from],
  ].flatMap(([bridge, other]) => {
    const found = first(
      rules,
      'forward-policy',
      (intent) => intent.bridge === bridge && intent.interfaces !== undefined,
    );
    if (found === undefined) return [];
    return [{ lets: found.intent.interfaces?.includes(other ?? '') === true, rule: found.rule }];
  });
  return limits.find(({ lets }) => lets) ?? limits[0];
}

function wayTo(stack: NetworkStack, to: Travelling['to']): string | undefined {
  const [route] = stack.routes
    .filter(({ destination, kind }) => kind === 'unicast' && contains(destination, to))
    .sort(
      (one, other) =>
        prefixLength(other.destination) - prefixLength(one.destination) || one.metric - other.metric,
    );
  return route?.link;
}
