import type { Chain } from './entry.js';

/** ICMPv6 types that no group has to allow: RFC 4861, 4, for neighbour discovery, RFC 2710 and 3810 for multicast. */
const discovery = {
  in: 'icmpv6 type { 130, 134, 135, 136 } accept',
  out: 'icmpv6 type { 131, 132, 133, 135, 136, 143 } accept',
};

const established = 'ct state established,related';

/**
 * The chains that a table has whenever it is there, with the rules that stand there in any case.
 *
 * Each question that is asked of a packet has a base chain of its own, since `accept` ends that one only and `drop` ends
 * all (nft(8), VERDICT STATEMENT): may this guest send it, may that guest get it, does the bridge's policy let it through.
 *
 * @param mark the bit that what we let through is marked with, for the rules of others
 */
export function frameChains(mark: number): Chain[] {
  const bit = `0x${mark.toString(16)}`;
  return [...inetChains(bit), ...bridgeChains()];
}

function inetChains(bit: string): Chain[] {
  const chain = (
    name: string,
    hook: string | undefined,
    ...texts: [rank: number, text: string][]
  ): Chain => ({
    table: 'inet',
    name,
    ...(hook === undefined ? {} : { hook: `type ${hook}` }),
    rules: texts.map(([rank, text]) => ({ rank, text })),
  });
  return [
    chain('prerouting', 'nat hook prerouting priority dstnat'),
    chain('output', 'nat hook output priority -100'),
    chain('postrouting', 'nat hook postrouting priority srcnat'),
    chain('input', 'filter hook input priority filter'),
    chain('policies', 'filter hook forward priority filter'),
    chain('to-guests', 'filter hook forward priority filter - 1', [0, 'goto guests-in']),
    chain('from-guests', 'filter hook forward priority filter - 2', [0, 'goto guests-out']),
    chain('guests-to-host', 'filter hook input priority filter - 2', [0, 'goto guests-out']),
    // What guests have agreed to once is no more theirs to judge.
    chain(
      'guests-in',
      undefined,
      [0, `${established} accept`],
      [0, 'udp sport 67 udp dport 68 accept'],
      [0, 'udp sport 547 udp dport 546 accept'],
      [0, discovery.in],
    ),
    chain(
      'guests-out',
      undefined,
      [0, `${established} accept`],
      [0, 'udp sport 68 udp dport 67 accept'],
      [0, 'udp sport 546 udp dport 547 accept'],
      [0, discovery.out],
    ),
    // The first packet of a translated connection was let through by one of the rules behind this one.
    chain('translated', undefined, [0, `${established} goto let-through`]),
    chain('outbound', undefined, [9, 'goto let-through']),
    chain('let-through', undefined, [0, `meta mark set meta mark | ${bit}`], [1, 'accept']),
  ];
}

function bridgeChains(): Chain[] {
  const chain = (
    name: string,
    hook: string | undefined,
    ...texts: [rank: number, text: string][]
  ): Chain => ({
    table: 'bridge',
    name,
    ...(hook === undefined ? {} : { hook: `type filter hook ${hook}` }),
    rules: texts.map(([rank, text]) => ({ rank, text })),
  });
  return [
    // Before the kernel tracks connections, so that a frame that lies is none.
    chain('prerouting', 'prerouting priority -300'),
    chain(
      'forward',
      'forward priority filter',
      [4, 'udp sport 67 udp dport 68 accept'],
      [4, 'udp sport 547 udp dport 546 accept'],
      [4, discovery.in],
    ),
    chain('output', 'output priority filter'),
    chain(
      'guest-frames',
      undefined,
      // RARP: a machine that was moved here says so (RFC 903 as QEMU uses it).
      [
        0,
        'ether type vmap { arp : goto guest-arp, ip : goto guest-ipv4, ip6 : goto guest-ipv6, 0x8035 : accept }',
      ],
      [1, 'drop'],
    ),
    chain('guest-arp', undefined, [9, 'drop']),
    // Whether an address is free is asked for in nobody's name (RFC 5227, 2.1.1).
    chain('guest-arp-source', undefined, [0, 'arp saddr ip 0.0.0.0 accept'], [9, 'drop']),
    chain(
      'guest-ipv4',
      undefined,
      [0, 'udp sport 67 drop'],
      [9, 'ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept'],
      [10, 'drop'],
    ),
    chain(
      'guest-ipv6',
      undefined,
      [0, 'udp sport 547 drop'],
      [0, 'icmpv6 type nd-router-advert drop'],
      [1, 'icmpv6 type nd-neighbor-advert goto guest-adverts'],
      [2, 'goto guest-ipv6-source'],
    ),
    chain('guest-adverts', undefined, [9, 'drop']),
    chain(
      'guest-ipv6-source',
      undefined,
      // What an address that is not there yet may send (RFC 4862, 5.4.2; RFC 3810, 5.2.13).
      [9, 'ip6 saddr :: icmpv6 type { 131, 133, 135, 143 } accept'],
      [10, 'drop'],
    ),
  ];
}
