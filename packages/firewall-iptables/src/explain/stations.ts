import type { Hook } from './explanation.js';
import type { ExplainOptions } from './packet.js';
import type { ParsedPacket } from './parse-packet.js';
import type { Station } from './walk-chain.js';

/** The tables of a hook in the order of their priorities (linux/netfilter_ipv4.h), as far as we have rules there. */
const tables: Readonly<Record<Hook, readonly string[]>> = {
  PREROUTING: ['mangle', 'nat'],
  INPUT: ['mangle', 'filter', 'nat'],
  FORWARD: ['mangle', 'filter'],
  OUTPUT: ['mangle', 'nat', 'filter'],
  POSTROUTING: ['mangle', 'nat'],
};

/**
 * Where a packet meets rules, in order.
 *
 * Where bridged packets pass iptables, br_netfilter calls its PREROUTING from the bridge's own, before the frame gets to
 * the bridge's INPUT or FORWARD, and its FORWARD behind the bridge's (NF_BR_PRI_BRNF of br_netfilter_hooks.c,
 * NF_BR_PRI_FILTER_BRIDGED of linux/netfilter_bridge.h).
 */
export function stationsOf(packet: ParsedPacket, { bridgeNetfilter = false }: ExplainOptions): Station[] {
  const { content, bridged, inPort, outPort } = packet;
  const { kind } = content;
  const frame = (hook: Hook): Station => ({ family: 'bridge', table: 'filter', hook });
  const ip = (...hooks: Hook[]): Station[] =>
    kind === 'arp' || kind === 'other'
      ? []
      : hooks.flatMap((hook) => tables[hook].map((table) => ({ family: kind, table, hook })));
  if (bridged) {
    const on = (...hooks: Hook[]): Station[] => (bridgeNetfilter ? ip(...hooks) : []);
    return [...on('PREROUTING'), frame('FORWARD'), ...on('FORWARD', 'POSTROUTING')];
  }
  const arrival = inPort === undefined ? [] : [frame('INPUT')];
  const departure = outPort === undefined ? [] : [frame('OUTPUT')];
  const begin = bridgeNetfilter ? [...ip('PREROUTING'), ...arrival] : [...arrival, ...ip('PREROUTING')];
  if (isLoopback(packet)) return ip('OUTPUT', 'POSTROUTING', 'PREROUTING', 'INPUT');
  if (packet.out === undefined) return [...begin, ...ip('INPUT')];
  if (packet.in === undefined) return [...ip('OUTPUT', 'POSTROUTING'), ...departure];
  return [...begin, ...ip('FORWARD', 'POSTROUTING'), ...departure];
}

/** Whether the host speaks to itself. */
export function isLoopback(packet: ParsedPacket): boolean {
  return packet.in === 'lo' && packet.out === 'lo';
}
