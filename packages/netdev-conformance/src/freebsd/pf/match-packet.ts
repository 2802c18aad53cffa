import { type Cidr, contains, type IpAddress, ipToBytes } from 'netdev-core';
import type { Anchors } from './anchors.js';
import { familyOfPacket, type PfPacket } from './packet.js';
import type { Host, NotHost, RuleEnd, RuleInterface, RuleMatch } from './rules.js';

/** What of the host rules look at. */
export interface PfHost {
  /** The addresses of an interface, or of all that are in a group, in order; `undefined`: there is none. */
  addressesOf(name: string): readonly { address: string; length: number }[] | undefined;
  /** The groups that an interface is in: `bridge`, `tap`, its own ones. */
  groupsOf(name: string): readonly string[];
  /** Every address that the host has. */
  ownAddresses(): readonly { address: string; length: number }[];
}

export interface MatchContext {
  host: PfHost;
  anchors: Anchors;
  /** The anchor whose rule it is: where its tables are looked for first. */
  path: string;
  interface: string;
}

export function matchesInterface(on: RuleInterface | undefined, name: string, host: PfHost): boolean {
  if (on === undefined) return true;
  return (on.name === name || host.groupsOf(name).includes(on.name)) !== on.not;
}

/** Whether a packet is what a rule looks for, its direction and what is special to kinds of rules left aside. */
export function matchesPacket(rule: RuleMatch, packet: PfPacket, context: MatchContext): boolean {
  return (
    matchesInterface(rule.interface, context.interface, context.host) &&
    (rule.family === undefined || rule.family === familyOfPacket(packet)) &&
    (rule.protocol === undefined || rule.protocol === packet.protocol) &&
    matchesEnd(rule.from, packet.from, packet.fromPort, context) &&
    matchesEnd(rule.to, packet.to, packet.toPort, context) &&
    (rule.tagged === undefined || (rule.tagged.tag === packet.tag) !== rule.tagged.not)
  );
}

function matchesEnd(end: RuleEnd, address: string, port: number | undefined, context: MatchContext): boolean {
  if (end.os !== undefined) throw new Error('the simulated pf does not guess operating systems');
  if (!matchesHost(end, address, context)) return false;
  if (end.port === undefined) return true;
  return port !== undefined && port >= end.port.first && port <= end.port.last;
}

export function matchesHost(
  { not, host }: NotHost,
  address: string,
  context: Pick<MatchContext, 'host' | 'anchors' | 'path'>,
): boolean {
  return isHost(host, address, context) !== not;
}

function isHost(
  host: Host,
  address: string,
  context: Pick<MatchContext, 'host' | 'anchors' | 'path'>,
): boolean {
  switch (host.kind) {
    case 'any':
      return true;
    case 'network':
      return isIn(`${host.address}/${host.length}`, address);
    case 'range':
      return isBetween(host.first, host.last, address);
    case 'table':
      return isMember(context.anchors.table(context.path, host.name)?.members ?? [], address);
    case 'dynamic': {
      const whole = host.modifiers.includes('network');
      const all =
        host.name === 'self' ? context.host.ownAddresses() : (context.host.addressesOf(host.name) ?? []);
      const used = host.modifiers.includes('0') ? all.slice(0, 1) : all;
      return used.some(({ address: own, length }) => {
        const bits = host.length ?? (whole ? length : own.includes(':') ? 128 : 32);
        return isIn(`${own}/${bits}`, address);
      });
    }
    default:
      throw new Error(`the simulated pf does not look at routes: ${host.kind}`);
  }
}

/** The longest entry of a table that fits counts. */
function isMember(members: readonly NotHost[], address: string): boolean {
  let best: { length: number; not: boolean } | undefined;
  for (const { not, host } of members) {
    if (host.kind !== 'network' || !isIn(`${host.address}/${host.length}`, address)) continue;
    if (best === undefined || host.length > best.length) best = { length: host.length, not };
  }
  return best !== undefined && !best.not;
}

function isIn(network: string, address: string): boolean {
  return contains(network as Cidr, address as IpAddress);
}

function isBetween(first: string, last: string, address: string): boolean {
  const [low, high, value] = [first, last, address].map((each) =>
    Buffer.from(ipToBytes(each as IpAddress)).toString('hex'),
  );
  return low?.length === value?.length && (value ?? '') >= (low ?? '') && (value ?? '') <= (high ?? '');
}
