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
  /** Connection tracking states. */
  states?: string | undefined;
  /** The destination that the connection had before it was translated. */
  originalDestination?: string | undefined;
}

/** The text of a match, in the order and form in which iptables-save(8) prints it. */
function renderMatch(match: Match): string {
  const { source, destination, notDestination, protocol, ports, states, originalDestination } = match;
  const conntrack = states !== undefined || originalDestination !== undefined;
  return [
    addressMatch('-s', source),
    addressMatch('! -d', notDestination),
    addressMatch('-d', destination),
    match.in && `-i ${match.in}`,
    match.out && `-o ${match.out}`,
    protocol && `-p ${protocol === 'icmpv6' ? 'ipv6-icmp' : protocol}`,
    protocol && ports !== undefined && `-m ${protocol} --dport ${portText(ports)}`,
    conntrack && '-m conntrack',
    states && `--ctstate ${states}`,
    originalDestination && `--ctorigdst ${kernelAddress(originalDestination)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** A rule: its match, then its target. */
export function rule(match: Match, target: string): string {
  const text = renderMatch(match);
  return text === '' ? `-j ${target}` : `${text} -j ${target}`;
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
