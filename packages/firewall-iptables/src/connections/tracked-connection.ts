import { type IpAddress, type IpFamily, type Protocol, parseIpAddress } from 'netdev-core';

/** A connection of the kernel's table, as rules behind all translations see its first packet. */
export interface TrackedConnection {
  family: IpFamily;
  /** By name where an intent can name it, else by number (IANA). */
  protocol: Protocol | number;
  source: IpAddress;
  destination: IpAddress;
  /** Where it goes to; of protocols with ports only. */
  port: number | undefined;
  icmpType: number | undefined;
  icmpCode: number | undefined;
  /** The words of conntrack(8) that select it, and those that differ from it only in where they come from. */
  words: readonly string[];
}

/** Protocols that intents name, by their numbers (IANA). */
const protocols: Readonly<Record<number, Protocol>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmpv6',
  132: 'sctp',
};

/** Reads what `conntrack -L -o extended` prints; lines that are no connections over IP are left out. */
export function parseConnections(text: string): TrackedConnection[] {
  return text.split('\n').flatMap((line) => parseConnection(line) ?? []);
}

function parseConnection(line: string): TrackedConnection | undefined {
  const [, family, number] = /^(ipv[46])\s+\d+\s+\S+\s+(\d+)\s/.exec(line) ?? [];
  if (family === undefined || number === undefined) return undefined;
  const values = (name: string): string[] =>
    [...line.matchAll(new RegExp(` ${name}=(\\S+)`, 'g'))].map(([, value = '']) => value);
  const numberOf = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : Number(value);
  const [source, answeredBy] = values('src');
  const [destination] = values('dst');
  if (source === undefined || destination === undefined || answeredBy === undefined) return undefined;
  const [toPort] = values('dport');
  const [, answeredFrom] = values('sport');
  const [type] = values('type');
  const [code] = values('code');
  const protocol = protocols[Number(number)] ?? Number(number);
  const icmp = family === 'ipv4' ? 'icmp' : 'icmpv6';
  const parts: [string, string | undefined][] = [
    ['-f', family],
    // By this name only does it know the types of ICMPv6.
    ['-p', `${protocol}`],
    ['-s', source],
    ['-d', destination],
    ['--orig-port-dst', toPort],
    ['-r', answeredBy],
    [`--${icmp}-type`, type],
    [`--${icmp}-code`, code],
  ];
  return {
    family: family as IpFamily,
    protocol,
    source: parseIpAddress(source),
    destination: parseIpAddress(answeredBy),
    port: numberOf(answeredFrom),
    icmpType: numberOf(type),
    icmpCode: numberOf(code),
    words: parts.flatMap(([option, value]) => (value === undefined ? [] : [option, value])),
  };
}
