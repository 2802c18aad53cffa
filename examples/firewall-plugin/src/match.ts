import {
  type Cidr,
  cidrAddress,
  type IpAddress,
  type IpFamily,
  ipFamily,
  ipToBytes,
  netmask,
  type Protocol,
  prefixLength,
} from 'netdev-core';

/** What of a packet has to be what, of parsed values only. What is left out is not looked at. */
export interface Match {
  /** The device it comes in by. */
  in?: string | undefined;
  /** The device it leaves by. */
  out?: string | undefined;
  mac?: string | undefined;
  /** Who an ARP message says that it is from, and for which address. */
  arpMac?: string | undefined;
  arpSource?: string | undefined;
  arpTarget?: string | undefined;
  /** An address, or a whole network. */
  source?: string | undefined;
  destination?: string | undefined;
  /** The destination that the connection had before it was translated. */
  original?: string | undefined;
  /** The address that a neighbour solicitation or advertisement is about. */
  neighbour?: string | undefined;
  /** Needed only where no address says it. */
  family?: IpFamily | undefined;
  protocol?: Protocol | undefined;
  /** The destination port. */
  port?: number | undefined;
}

export type FieldName = keyof Match;

const ip = (rest: string) => (family: IpFamily) => `${family === 'ipv4' ? 'ip' : 'ip6'} ${rest}`;

/** What nft(8) calls each field, in the order in which they make up a key. */
const expressions: Record<FieldName, (family: IpFamily) => string> = {
  in: () => 'iifname',
  out: () => 'oifname',
  mac: () => 'ether saddr',
  arpMac: () => 'arp saddr ether',
  arpSource: () => 'arp saddr ip',
  arpTarget: () => 'arp daddr ip',
  source: ip('saddr'),
  destination: ip('daddr'),
  original: (family) => `ct original ${ip('daddr')(family)}`,
  // The target of RFC 4861, 4.3 and 4.4: 8 bytes into the ICMPv6 header. This nft has no name for it.
  neighbour: () => '@th,64,128',
  family: () => 'meta protocol',
  protocol: () => 'meta l4proto',
  port: () => 'th dport',
};

/** The numbers of IANA, so that nobody's /etc/protocols matters. */
const protocolNumbers: Record<Protocol, number> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 };

/** One field of a key: what is looked at, under which mask, and for which value. */
export interface KeyPart {
  field: FieldName;
  /** What a set of such values is declared with. */
  type: string;
  /** What a rule looks up: `(ip saddr & 255.255.255.0)`. */
  expression: string;
  /** The length of the prefix that is looked at; -1 for what is no network. */
  length: number;
  /** As an element of a set is written. */
  text: string;
}

/** The parts of the key that stands for a match, and the family that they are of (none: both). */
export function keyOf(match: Match): { family: IpFamily | undefined; parts: KeyPart[] } {
  const family = match.family ?? familyOf(match);
  const names = (Object.keys(expressions) as FieldName[]).filter((field) => field !== 'family');
  const parts = names.flatMap((field) => partOf(field, match[field], family ?? 'ipv4') ?? []);
  // A network that is everything is no part of the key, and yet says which family is meant.
  const isSaid = parts.some(({ field }) => addressFields.has(field));
  const unsaid = isSaid ? undefined : partOf('family', family, family ?? 'ipv4');
  return { family, parts: unsaid === undefined ? parts : [...parts, unsaid] };
}

const addressFields = new Set<FieldName>([
  'source',
  'destination',
  'original',
  'neighbour',
  'arpSource',
  'arpTarget',
]);

function familyOf(match: Match): IpFamily | undefined {
  const { source, destination, original, neighbour } = match;
  const address = [source, destination, original, neighbour].find((value) => value !== undefined);
  return address === undefined ? undefined : ipFamily(address);
}

function partOf(field: FieldName, value: string | number | undefined, family: IpFamily): KeyPart | undefined {
  if (value === undefined) return undefined;
  const type = expressions[field](family);
  const part = { field, type, expression: type, length: -1 };
  if (field === 'in' || field === 'out') return { ...part, text: `"${value}"` };
  if (field === 'protocol') return { ...part, text: `${protocolNumbers[value as Protocol]}` };
  if (field === 'family') return { ...part, text: value === 'ipv4' ? 'ip' : 'ip6' };
  if (!addressFields.has(field)) return { ...part, text: `${value}` };
  const width = ipFamily(`${value}`) === 'ipv4' ? 32 : 128;
  const network = (`${value}`.includes('/') ? value : `${value}/${width}`) as Cidr;
  const length = prefixLength(network);
  if (length === 0) return undefined;
  // What nft(8) has no name for is a number to it, also where it is an address.
  const write = field === 'neighbour' ? hexOf : (address: IpAddress) => address;
  const expression = length === width ? type : `(${type} & ${write(netmask(network))})`;
  return { ...part, expression, length, text: write(cidrAddress(network)) };
}

function hexOf(address: IpAddress): string {
  return `0x${BigInt(`0x${Buffer.from(ipToBytes(address)).toString('hex')}`).toString(16)}`;
}
