import {
  type Cidr,
  cidrAddress,
  type IpFamily,
  ipFamily,
  type PortRange,
  type Protocol,
  prefixLength,
} from 'netdev-core';

export type Family = 'inet' | 'inet6';

export const families: readonly Family[] = ['inet', 'inet6'];

export function familyOf(address: string): Family {
  return ipFamily(address) === 'ipv4' ? 'inet' : 'inet6';
}

/** The families of a rule: that of its addresses, or both. */
export function familiesOf(...addresses: (string | undefined)[]): readonly Family[] {
  const given = addresses.find((address) => address !== undefined);
  return given === undefined ? families : [familyOf(given)];
}

export function familyWord(family: IpFamily): Family {
  return family === 'ipv4' ? 'inet' : 'inet6';
}

/** A network as pf writes it; `any` for everything. */
export function host(network: string | undefined): string {
  if (network === undefined) return 'any';
  if (!network.includes('/')) return network;
  const length = prefixLength(network as Cidr);
  if (length === 0) return 'any';
  const address = cidrAddress(network as Cidr);
  return length === (ipFamily(network) === 'ipv4' ? 32 : 128) ? address : network;
}

export function portText(ports: PortRange): string {
  if (typeof ports === 'number') return String(ports);
  const [first, last] = ports;
  return first === last ? String(first) : `${first}:${last}`;
}

export function protocolWord(protocol: Protocol): string {
  return protocol === 'icmpv6' ? 'icmp6' : protocol;
}

/** Words with a meaning in pf.conf (sbin/pfctl/parse.y, lookup), as which a device's name could be taken. */
const keywords: ReadonlySet<string> = new Set(
  `all allow-opts allow-related altq anchor antispoof any bandwidth binat binat-anchor bitmask block block-policy
  bridge-to buckets cbq code codelq debug divert-reply divert-to dnpipe dnqueue drop dup-to endpoint-independent ether
  fail-policy fairq fastroute file fingerprints flags floating flush for fragment from global group hfsc hogs hostid
  icmp-type icmp6-type if-bound in include inet inet6 interval keep keepcounters l3 label limit linkshare load log
  loginterface map-e-portset match max max-mss max-src-conn max-src-conn-rate max-src-nodes max-src-states min-ttl
  modulate nat nat-anchor nat-to no no-df no-route no-sync on once optimization os out overload pass pflow port prio
  priority priq probability proto qlimit queue quick random random-id rdr rdr-anchor rdr-to realtime reassemble
  received-on reply-to require-order return return-icmp return-icmp6 return-rst ridentifier round-robin route route-to
  rtable rule ruleset-optimization scrub self set set-tos skip sloppy source-hash source-track state state-defaults
  state-policy static-port sticky-address syncookies synproxy table tag tagged target tbrsize timeout to tos ttl
  upperlimit urpf-failed user`.split(/\s+/),
);

/** A word as pf cannot mistake it: in quotes, where it would mean something else. */
function word(name: string): string {
  return keywords.has(name) || /^[0-9]/.test(name) ? `"${name}"` : name;
}

/** `on DEVICE`; `not` is every other one. */
export function on(device: string, { not = false }: { not?: boolean } = {}): string {
  return `on ${not ? '! ' : ''}${word(device)}`;
}

/** Every device but the loopback, on which the host speaks to itself. */
export const ON_ANY = 'on ! lo0';

/** The first address that a device has at the time. */
export function addressOfDevice(device: string): string {
  const text = `${device}:0`;
  return /^[0-9]/.test(text) ? `("${text}")` : `(${text})`;
}

/** What is not for one host: multicast and the broadcast address. */
export const groupAddresses: Readonly<Record<Family, string>> = { inet: '224.0.0.0/3', inet6: 'ff00::/8' };

/** One rule, without the parts that are not there. */
export function line(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}
