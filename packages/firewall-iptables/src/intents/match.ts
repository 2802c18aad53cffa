import type { IpFamily, PortRange, Protocol } from 'netdev-core';
import { ipFamily } from 'netdev-core';
import { kernelAddress } from '../iptables/kernel-address.js';

/** What a rule matches on, of parsed values only. */
export interface Match {
  source?: string | undefined;
  notDestination?: string | undefined;
  destination?: string | undefined;
  in?: string | undefined;
  out?: string | undefined;
  protocol?: Protocol | undefined;
  ports?: PortRange | undefined;
  fromPort?: number | undefined;
  icmpType?: number | undefined;
  icmpCode?: number | undefined;
  /** The name of a set in the kernel, and which of the packet's addresses is to be in it. */
  set?: { name: string; has: 'src' | 'dst' } | undefined;
  /** Connection tracking states. */
  states?: string | undefined;
  /** The destination that the connection had before it was translated. */
  originalDestination?: string | undefined;
  /** Matches that come last, as iptables-save(8) prints them. */
  more?: string | undefined;
}

/** The words of a match, in the order and form in which iptables-save(8) prints it. */
function matchWords(match: Match): string[] {
  const { source, destination, notDestination, protocol, states, originalDestination, set } = match;
  const conntrack = states !== undefined || originalDestination !== undefined;
  return [
    addressMatch('-s', source),
    addressMatch('! -d', notDestination),
    addressMatch('-d', destination),
    match.in && `-i ${match.in}`,
    match.out && `-o ${match.out}`,
    protocol && `-p ${protocol === 'icmpv6' ? 'ipv6-icmp' : protocol}`,
    protocolMatch(match),
    set && `-m set --match-set ${set.name} ${set.has}`,
    conntrack && '-m conntrack',
    states && `--ctstate ${states}`,
    originalDestination && `--ctorigdst ${kernelAddress(originalDestination)}`,
    match.more,
  ].filter((words): words is string => typeof words === 'string' && words !== '');
}

/** What is looked at in a protocol's own header. */
function protocolMatch({ protocol, ports, fromPort, icmpType, icmpCode }: Match): string | undefined {
  if (icmpType !== undefined) {
    const type = icmpCode === undefined ? icmpType : `${icmpType}/${icmpCode}`;
    return protocol === 'icmpv6' ? `-m icmp6 --icmpv6-type ${type}` : `-m icmp --icmp-type ${type}`;
  }
  if (protocol === undefined || (ports === undefined && fromPort === undefined)) return undefined;
  return [
    `-m ${protocol}`,
    fromPort !== undefined && `--sport ${fromPort}`,
    ports !== undefined && `--dport ${portText(ports)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** A rule: its match, then its target. */
export function rule(match: Match, target: string): string {
  return [...matchWords(match), '-j', target].join(' ');
}

/** The families that a rule is for: that of its addresses, or both where it names none. */
export function familiesOf(...addresses: (string | undefined)[]): IpFamily[] {
  const given = addresses.find((address) => address !== undefined);
  return given === undefined ? ['ipv4', 'ipv6'] : [ipFamily(given)];
}

/** Address and, where one is given, port as DNAT takes them (iptables-extensions(8)). */
export function endpoint(address: string, port?: number): string {
  const text = kernelAddress(address);
  if (port === undefined) return text;
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
}

/** Nothing for a network that is everything: the tools do not print it. */
function addressMatch(option: string, network: string | undefined): string | undefined {
  if (network === undefined) return undefined;
  const [address = '', length = address.includes(':') ? '128' : '32'] = network.split('/');
  return length === '0' ? undefined : `${option} ${kernelAddress(address)}/${length}`;
}

function portText(ports: PortRange): string {
  if (typeof ports === 'number') return String(ports);
  const [first, last] = ports;
  return first === last ? String(first) : `${first}:${last}`;
}
