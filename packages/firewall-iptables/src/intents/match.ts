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

/** A rule: its match, in the order and form in which iptables-save(8) prints it, then its target. */
export function rule(match: Match, target: string): string {
  const { protocol, states, originalDestination, set } = match;
  // One list, which is joined into one flat text: fifty thousand are kept.
  const words: string[] = [];
  const say = (text: string | undefined): void => {
    if (text !== undefined && text !== '') words.push(text);
  };
  say(addressMatch('-s', match.source));
  say(addressMatch('! -d', match.notDestination));
  say(addressMatch('-d', match.destination));
  if (match.in !== undefined) words.push(`-i ${match.in}`);
  if (match.out !== undefined) words.push(`-o ${match.out}`);
  if (protocol !== undefined) words.push(`-p ${protocol === 'icmpv6' ? 'ipv6-icmp' : protocol}`);
  say(protocolMatch(match));
  if (set !== undefined) words.push(`-m set --match-set ${set.name} ${set.has}`);
  if (states !== undefined || originalDestination !== undefined) words.push('-m conntrack');
  if (states !== undefined) words.push(`--ctstate ${states}`);
  if (originalDestination !== undefined) words.push(`--ctorigdst ${kernelAddress(originalDestination)}`);
  say(match.more);
  words.push('-j', target);
  return words.join(' ');
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
  const slash = network.indexOf('/');
  if (slash === -1) return `${option} ${kernelAddress(network)}/${network.includes(':') ? 128 : 32}`;
  if (network.endsWith('/0')) return undefined;
  return `${option} ${kernelAddress(network.slice(0, slash))}${network.slice(slash)}`;
}

function portText(ports: PortRange): string {
  if (typeof ports === 'number') return String(ports);
  const [first, last] = ports;
  return first === last ? String(first) : `${first}:${last}`;
}
