/** Protocols by the names that iptables, ip6tables and ebtables print (IANA, /etc/protocols). */
const numbers: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  'ipv6-icmp': 58,
  sctp: 132,
  udplite: 136,
};

const withPorts: readonly number[] = ['tcp', 'udp', 'dccp', 'sctp', 'udplite'].flatMap(
  (name) => numbers[name] ?? [],
);

/** A protocol by name or number; `undefined` for a name that is not known here. */
export function protocolNumber(name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  return Object.hasOwn(numbers, name) ? numbers[name] : undefined;
}

export function hasPorts(protocol: number): boolean {
  return withPorts.includes(protocol);
}

/** Whether it is ICMP of either family. */
export function isIcmp(protocol: number): boolean {
  return protocol === numbers.icmp || protocol === numbers.icmpv6;
}

/** The names that ip6tables and ebtables have for types of ICMPv6 (RFC 4443, RFC 4861), and iptables for ICMP's. */
const icmpTypes: Readonly<Record<'ipv4' | 'ipv6', Readonly<Record<string, number>>>> = {
  ipv4: {
    'echo-reply': 0,
    'destination-unreachable': 3,
    'source-quench': 4,
    redirect: 5,
    'echo-request': 8,
    'router-advertisement': 9,
    'router-solicitation': 10,
    'time-exceeded': 11,
    'parameter-problem': 12,
    'timestamp-request': 13,
    'timestamp-reply': 14,
    'address-mask-request': 17,
    'address-mask-reply': 18,
  },
  ipv6: {
    'destination-unreachable': 1,
    'packet-too-big': 2,
    'time-exceeded': 3,
    'parameter-problem': 4,
    'echo-request': 128,
    'echo-reply': 129,
    'router-solicitation': 133,
    'router-advertisement': 134,
    'neighbour-solicitation': 135,
    'neighbor-solicitation': 135,
    'neighbour-advertisement': 136,
    'neighbor-advertisement': 136,
    redirect: 137,
  },
};

/** A type of ICMP by name or number; `undefined` for a name that is not known here. */
export function icmpType(family: 'ipv4' | 'ipv6', name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  return Object.hasOwn(icmpTypes[family], name) ? icmpTypes[family][name] : undefined;
}
