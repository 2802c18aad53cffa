import { type IpAddress, ipFromBytes, ipToBytes } from 'netdev-core';
import { type Anchors, calledAnchors } from './anchors.js';
import { type MatchContext, matchesPacket, type PfHost } from './match-packet.js';
import { familyOfPacket, type PfPacket } from './packet.js';
import type { AnchorRule, Direction, Host, TranslationRule } from './rules.js';

/** The rule that translates a packet, and what it makes of it. */
export interface Translation {
  rule: TranslationRule;
  packet: PfPacket;
}

interface Matched {
  rule: TranslationRule;
  path: string;
}

/**
 * Translates: outgoing packets by `binat`, then `nat`; incoming ones by `rdr`, then `binat`. Of each the first rule that
 * matches counts, those of anchors included; one with `no` ends the search among its kind only (pf_match_translation of pf_lb.c).
 * What a rule tags stays tagged.
 */
export function translate(
  packet: PfPacket,
  direction: Direction,
  context: { host: PfHost; anchors: Anchors; interface: string; turns: Map<TranslationRule, number> },
): Translation | { rule: undefined; packet: PfPacket } {
  const kinds = direction === 'out' ? (['binat', 'nat'] as const) : (['rdr', 'binat'] as const);
  let tag = packet.tag;
  for (const kind of kinds) {
    const found = firstMatch(kind, '', { ...packet, tag }, direction, context, (next) => {
      tag = next;
    });
    if (found === undefined) continue;
    const { rule } = found;
    if (rule.no) continue;
    return { rule, packet: rewrite({ ...packet, tag }, rule, direction, context) };
  }
  return { rule: undefined, packet: { ...packet, tag } };
}

function firstMatch(
  kind: TranslationRule['kind'],
  path: string,
  packet: PfPacket,
  direction: Direction,
  context: { host: PfHost; anchors: Anchors; interface: string },
  setTag: (tag: string) => void,
): Matched | undefined {
  for (const rule of context.anchors.get(path)?.rules[kind] ?? []) {
    const match: MatchContext = { ...context, path };
    if (rule.kind === 'anchor') {
      const called = callOf(rule, packet, match);
      for (const each of called) {
        const found = firstMatch(kind, each, packet, direction, context, setTag);
        if (found !== undefined) return found;
      }
      continue;
    }
    rule.counters.evaluations += 1n;
    if (!matches(rule, packet, direction, match)) continue;
    if (rule.tag !== undefined) setTag(rule.tag);
    return { rule, path };
  }
  return undefined;
}

function callOf(rule: AnchorRule, packet: PfPacket, context: MatchContext): string[] {
  if (rule.name === undefined || !matchesPacket(rule, packet, context)) return [];
  return calledAnchors(context.anchors, context.path, rule.name);
}

/** A `binat` rule is read backwards for what comes in. */
function matches(
  rule: TranslationRule,
  packet: PfPacket,
  direction: Direction,
  context: MatchContext,
): boolean {
  const [target] = rule.pool?.hosts ?? [];
  if (rule.kind !== 'binat' || rule.no || direction === 'out' || target === undefined)
    return matchesPacket(rule, packet, context);
  const backwards = {
    ...rule,
    from: { ...rule.to, port: undefined },
    to: { not: false, host: target, port: undefined },
  };
  return matchesPacket(backwards, packet, context);
}

function rewrite(
  packet: PfPacket,
  rule: TranslationRule,
  direction: Direction,
  context: { host: PfHost; interface: string; turns: Map<TranslationRule, number> },
): PfPacket {
  const { pool } = rule;
  if (pool === undefined) return packet;
  if (rule.kind === 'binat') {
    const [target] = pool.hosts;
    if (target?.kind !== 'network' || rule.from.host.kind !== 'network') return packet;
    return direction === 'out'
      ? { ...packet, from: mapped(target.address, target.length, packet.from) }
      : { ...packet, to: mapped(rule.from.host.address, rule.from.host.length, packet.to) };
  }
  const addresses = poolAddresses(pool.hosts, familyOfPacket(packet), context.host);
  // An interface without an address translates nothing.
  if (addresses.length === 0) return packet;
  const turn = context.turns.get(rule) ?? 0;
  context.turns.set(rule, turn + 1);
  const address = addresses[turn % addresses.length] ?? packet.from;
  if (rule.kind === 'nat') return { ...packet, from: address };
  const [first, last] = (pool.port ?? '').split(':');
  const offset = last === '*' ? (packet.toPort ?? 0) - (rule.to.port?.first ?? 0) : 0;
  return { ...packet, to: address, ...(first ? { toPort: Number(first) + offset } : {}) };
}

/** The network part of one address and the host part of another. */
function mapped(network: string, length: number, address: string): string {
  const base = ipToBytes(network as IpAddress);
  const own = ipToBytes(address as IpAddress);
  return ipFromBytes(
    base.map((byte, index) => {
      const bits = Math.min(8, Math.max(0, length - index * 8));
      const mask = (0xff00 >> bits) & 0xff;
      return (byte & mask) | ((own[index] ?? 0) & ~mask & 0xff);
    }),
  );
}

function poolAddresses(hosts: readonly Host[], family: 'inet' | 'inet6', host: PfHost): string[] {
  const isOfFamily = (address: string): boolean => address.includes(':') === (family === 'inet6');
  return hosts.flatMap((each) => {
    if (each.kind === 'network') return isOfFamily(each.address) ? [each.address] : [];
    if (each.kind !== 'dynamic') throw new Error(`the simulated pf has no such pool: ${each.kind}`);
    const own = each.name === 'self' ? host.ownAddresses() : (host.addressesOf(each.name) ?? []);
    const addresses = own
      .map(({ address }) => address)
      .filter((address) => isOfFamily(address) && !address.startsWith('fe80:'));
    return each.modifiers.includes('0') ? addresses.slice(0, 1) : addresses;
  });
}
