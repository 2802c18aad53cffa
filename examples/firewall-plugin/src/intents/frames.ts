import type { DhcpGuardIntent, IsolateAddressIntent } from 'netdev-core';
import type { Entry } from '../entry.js';
import type { Match } from '../match.js';
import { drop } from './words.js';

/** What a DHCP server or a router sends, from the ports of guests to their neighbours. */
export function renderDhcpGuard({ ports }: DhcpGuardIntent): Entry[] {
  const served = ['udp sport 67', 'udp sport 547', 'icmpv6 type nd-router-advert'];
  return ports.flatMap((port) =>
    served.map(
      (when): Entry => ({
        table: 'bridge',
        chain: 'forward',
        rank: 2,
        match: { in: port },
        when,
        does: drop,
      }),
    ),
  );
}

/** Whatever is to, from or about an address, and DHCP, through one device. */
export function renderIsolateAddress({ interface: device, address }: IsolateAddressIntent): Entry[] {
  const isIpv6 = address.includes(':');
  const to: Match = isIpv6 ? { destination: address } : { arpTarget: address };
  const from: Match = isIpv6 ? { source: address } : { arpSource: address };
  const about: Match[] = isIpv6 ? [{ neighbour: address }] : [];
  const dhcp = isIpv6 ? 'udp dport 546-547' : 'udp dport 67-68';
  const solicited = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }';
  const entry = (chain: string, match: Match, when?: string): Entry => ({
    ...{ table: 'bridge', chain, rank: 1, match, when, does: drop },
  });
  return [
    ...[to, from].map((match) => entry('prerouting', { in: device, ...match })),
    ...about.map((match) => entry('prerouting', { in: device, ...match }, solicited)),
    entry('prerouting', { in: device }, dhcp),
    ...[to, from].map((match) => entry('forward', { out: device, ...match })),
    ...about.map((match) => entry('forward', { out: device, ...match }, solicited)),
    entry('forward', { out: device }, dhcp),
    entry('output', { out: device, ...from }),
    entry('output', { out: device }, dhcp),
  ];
}
