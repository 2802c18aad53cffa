import type { Explanation, Packet, Verdict } from 'firewall-iptables';
import { macs } from './macs.js';
import { again, answer, bridged, from, ping, tcp, to, udp } from './packets.js';

/** A packet, and what is expected of it. */
export interface Case {
  name: string;
  packet: Packet;
  verdict: Verdict;
  /** The group whose rule decides. */
  by?: string;
  leaves?: Partial<NonNullable<Explanation['leaves']>>;
}

const out = { ...from('a1'), ...to('w1') };
const toWorld = (): Packet => ({ ...out, ...udp('10.1.0.11', '203.0.113.1', 9) });
const toWorldOf2 = (): Packet => ({ ...from('a2'), ...to('w1'), ...udp('10.1.0.12', '203.0.113.1', 9) });
const toWorld6 = (): Packet => ({ ...out, ...udp('fd00:1::12', '2001:db8::1', 9) });
const toFloating = (): Packet => ({ ...from('w1'), ...to('a1'), ...udp('203.0.113.1', '203.0.113.50', 9) });
const toPort = (): Packet => ({ ...from('w1'), ...to('b1'), ...udp('203.0.113.1', '203.0.113.2', 53) });

export const cases: readonly Case[] = [
  {
    name: 'DHCP request to the host',
    packet: { ...from('a2'), ...udp('10.1.0.12', '10.1.0.1', 67, 68) },
    verdict: 'accept',
    by: 'host',
  },
  {
    name: 'from outside',
    packet: { ...from('w1'), ...udp('203.0.113.1', '10.1.0.1', 67, 1068) },
    verdict: 'untouched',
  },
  {
    name: 'a port that is open to one bridge',
    packet: { ...from('b1'), ...tcp('10.2.0.11', '10.2.0.1', 85) },
    verdict: 'accept',
    by: 'host',
  },
  {
    name: 'the port behind the last of them',
    packet: { ...from('b1'), ...tcp('10.2.0.11', '10.2.0.1', 91) },
    verdict: 'untouched',
  },
  {
    name: 'ping to the host',
    packet: { ...from('a1'), ...ping('10.1.0.11', '10.1.0.1') },
    verdict: 'accept',
    by: 'host',
  },
  {
    name: 'ping from outside',
    packet: { ...from('w1'), ...ping('203.0.113.1', '203.0.113.2') },
    verdict: 'untouched',
  },
  {
    name: 'ping in IPv6',
    packet: { ...from('a2'), ...ping('fd00:1::12', 'fd00:1::1') },
    verdict: 'accept',
    by: 'host',
  },
  {
    name: 'neighbour solicitation',
    packet: {
      ...from('a2'),
      source: 'fd00:1::12',
      destination: 'fd00:1::1',
      protocol: 'icmpv6',
      icmpType: 135,
      icmpCode: 0,
    },
    verdict: 'accept',
    by: 'host',
  },
  {
    name: 'floating address outwards',
    packet: toWorld(),
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: '203.0.113.50' },
  },
  {
    name: 'an answer to that',
    packet: { ...from('w1'), ...to('a1'), ...answer(toWorld(), '203.0.113.1', '203.0.113.50') },
    verdict: 'accept',
    by: 'network/a',
    leaves: { destination: '10.1.0.11' },
  },
  {
    name: 'another packet of that',
    packet: again(toWorld(), 'new'),
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: '203.0.113.50' },
  },
  {
    name: 'source-nat',
    packet: toWorldOf2(),
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: '203.0.113.2' },
  },
  {
    name: 'an answer to that',
    packet: { ...from('w1'), ...to('a2'), ...answer(toWorldOf2(), '203.0.113.1', '203.0.113.2') },
    verdict: 'accept',
    by: 'network/a',
    leaves: { destination: '10.1.0.12' },
  },
  {
    name: 'masquerade in IPv6',
    packet: toWorld6(),
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: 'masquerade' },
  },
  {
    name: 'an answer to that',
    packet: { ...from('w1'), ...to('a2'), ...answer(toWorld6(), '2001:db8::1', '2001:db8::2') },
    verdict: 'accept',
    by: 'network/a',
    leaves: { destination: 'fd00:1::12' },
  },
  {
    name: 'another packet of that',
    packet: again(toWorld6(), 'established'),
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: 'masquerade' },
  },
  {
    name: 'floating address outwards in IPv6',
    packet: { ...out, ...ping('fd00:1::11', '2001:db8::1') },
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: '2001:db8::50' },
  },
  {
    name: 'no-nat',
    packet: { ...from('a2'), ...to('w1'), ...udp('10.1.0.12', '198.51.100.7', 9) },
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: '10.1.0.12' },
  },
  {
    name: 'no-nat and a floating address',
    packet: { ...out, ...udp('10.1.0.11', '198.51.100.7', 9) },
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: '10.1.0.11' },
  },
  {
    name: 'to another bridge',
    packet: { ...from('a1'), ...to('b1'), ...udp('10.1.0.11', '10.2.0.11', 9) },
    verdict: 'drop',
    by: 'network/b',
  },
  {
    name: 'from a closed bridge',
    packet: { ...from('b1'), ...to('w1'), ...udp('10.2.0.11', '203.0.113.1', 9) },
    verdict: 'drop',
    by: 'network/b',
  },
  {
    name: 'unasked to a guest',
    packet: { ...from('w1'), ...to('a2'), ...udp('203.0.113.1', '10.1.0.12', 9) },
    verdict: 'drop',
    by: 'network/a',
  },
  {
    name: 'unasked in IPv6',
    packet: { ...from('w1'), ...to('a2'), ...udp('2001:db8::1', 'fd00:1::12', 9) },
    verdict: 'drop',
    by: 'network/a',
  },
  {
    name: 'through the host, past all bridges',
    packet: { ...from('w1'), ...to('w1'), ...udp('203.0.113.9', '203.0.113.1', 9) },
    verdict: 'untouched',
  },
  {
    name: 'to a floating address',
    packet: toFloating(),
    verdict: 'accept',
    by: 'floating/203.0.113.50',
    leaves: { destination: '10.1.0.11' },
  },
  {
    name: 'an answer to that',
    packet: { ...out, ...answer(toFloating(), '10.1.0.11', '203.0.113.1') },
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: '203.0.113.50' },
  },
  {
    name: 'to a floating address in IPv6',
    packet: { ...from('w1'), ...to('a1'), ...tcp('2001:db8::1', '2001:db8::50', 22) },
    verdict: 'accept',
    by: 'floating/2001:db8::50',
    leaves: { destination: 'fd00:1::11' },
  },
  {
    name: "to the neighbour's floating address",
    packet: { ...from('a2'), ...to('a1'), ...udp('10.1.0.12', '203.0.113.50', 9) },
    verdict: 'accept',
    by: 'floating/203.0.113.50',
    leaves: { source: '203.0.113.50', destination: '10.1.0.11' },
  },
  {
    name: "from outbound to the neighbour's in IPv6",
    packet: { ...from('a2'), ...to('a1'), ...udp('fd00:1::12', '2001:db8::50', 9) },
    verdict: 'accept',
    by: 'floating/2001:db8::50',
    leaves: { source: '2001:db8::50', destination: 'fd00:1::11' },
  },
  {
    name: 'from a closed bridge to a floating address',
    packet: { ...from('b1'), ...to('a1'), ...udp('10.2.0.11', '203.0.113.50', 9) },
    verdict: 'accept',
    by: 'floating/203.0.113.50',
    leaves: { destination: '10.1.0.11' },
  },
  {
    name: 'port-forward',
    packet: { ...from('w1'), ...to('a2'), ...tcp('203.0.113.1', '203.0.113.2', 8080) },
    verdict: 'accept',
    by: 'port/8080',
    leaves: { destination: '10.1.0.12', destinationPort: 80 },
  },
  {
    name: 'port-forward in a hairpin',
    packet: { ...from('a1'), ...to('a2'), ...tcp('10.1.0.11', '203.0.113.2', 8080) },
    verdict: 'accept',
    by: 'port/8080',
    leaves: { source: '203.0.113.2', destination: '10.1.0.12', destinationPort: 80 },
  },
  {
    name: 'the port beside it',
    packet: { ...from('w1'), ...tcp('203.0.113.1', '203.0.113.2', 8081) },
    verdict: 'untouched',
  },
  {
    name: 'port-forward into a closed bridge',
    packet: toPort(),
    verdict: 'accept',
    by: 'port/53',
    leaves: { destination: '10.2.0.11' },
  },
  {
    name: 'an answer to that',
    packet: { ...from('b1'), ...to('w1'), ...answer(toPort(), '10.2.0.11', '203.0.113.1') },
    verdict: 'accept',
    by: 'network/b',
    leaves: { source: '203.0.113.2' },
  },
  {
    name: 'what follows it',
    packet: again(toPort(), 'established'),
    verdict: 'accept',
    by: 'network/b',
    leaves: { destination: '10.2.0.11' },
  },
  {
    name: 'a message about that from a router on the way',
    packet: {
      ...from('w1'),
      ...to('b1'),
      source: '203.0.113.9',
      destination: '203.0.113.2',
      protocol: 'icmp',
      icmpType: 3,
      icmpCode: 1,
      connection: 'related',
      opened: toPort(),
    },
    verdict: 'accept',
    by: 'network/b',
    leaves: { source: '203.0.113.9', destination: '10.2.0.11' },
  },
  {
    name: 'a message about that from the guest',
    packet: {
      ...from('b1'),
      ...to('w1'),
      source: '10.2.0.11',
      destination: '203.0.113.1',
      protocol: 'icmp',
      icmpType: 3,
      icmpCode: 3,
      connection: 'related',
      opened: toPort(),
    },
    verdict: 'accept',
    by: 'network/b',
    leaves: { source: '203.0.113.2', destination: '203.0.113.1' },
  },
  {
    name: 'metadata',
    packet: { ...from('a2'), ...tcp('10.1.0.12', '169.254.169.254', 80) },
    verdict: 'accept',
    by: 'metadata',
    leaves: { destination: '10.1.0.1', destinationPort: 8775 },
  },
  {
    name: 'the service behind it, by itself',
    packet: { ...from('a2'), ...tcp('10.1.0.12', '10.1.0.1', 8775) },
    verdict: 'untouched',
  },
  {
    name: 'the host to a floating address',
    packet: { ...to('a1'), ...udp('203.0.113.2', '203.0.113.50', 9, 40001) },
    verdict: 'untouched',
    leaves: { destination: '10.1.0.11' },
  },
  {
    name: 'the host to the world',
    packet: { ...to('w1'), ...udp('203.0.113.2', '203.0.113.1', 9, 40002) },
    verdict: 'untouched',
  },
  {
    name: 'the host to the isolated port',
    packet: { ...to('b1'), ...udp('10.2.0.1', '10.2.0.11', 68, 40003) },
    verdict: 'drop',
    by: 'isolated',
  },
  {
    name: 'a DHCP answer of a guest',
    packet: { ...bridged('a1', 'a2'), ...udp('10.1.0.11', '10.1.0.12', 68, 67) },
    verdict: 'drop',
    by: 'guarded',
  },
  {
    name: 'a DHCPv6 answer of a guest',
    packet: { ...bridged('a1', 'a2'), ...udp('fd00:1::11', 'fd00:1::12', 546, 547) },
    verdict: 'drop',
    by: 'guarded',
  },
  {
    name: 'a router advertisement of a guest',
    packet: {
      ...bridged('a1', 'a2'),
      source: 'fe80::11',
      destination: 'fd00:1::12',
      protocol: 'icmpv6',
      icmpType: 134,
      icmpCode: 0,
    },
    verdict: 'drop',
    by: 'guarded',
  },
  {
    name: 'the other way round',
    packet: { ...bridged('a2', 'a1'), ...udp('10.1.0.12', '10.1.0.11', 68, 67) },
    verdict: 'untouched',
  },
  {
    name: 'anything else among guests',
    packet: { ...bridged('a1', 'a2'), ...tcp('10.1.0.11', '10.1.0.12', 22) },
    verdict: 'untouched',
  },
  {
    name: 'ARP for the address that is isolated',
    packet: {
      ...from('b1'),
      arp: {
        operation: 'request',
        senderMac: macs.b1,
        senderAddress: '10.2.0.11',
        targetMac: '00:00:00:00:00:00',
        targetAddress: '10.2.0.1',
      },
    },
    verdict: 'drop',
    by: 'isolated',
  },
  {
    name: 'ARP that claims it',
    packet: {
      ...from('b1'),
      arp: {
        operation: 'reply',
        senderMac: macs.b1,
        senderAddress: '10.2.0.1',
        targetMac: macs['br-b'],
        targetAddress: '10.2.0.1',
      },
    },
    verdict: 'drop',
    by: 'isolated',
  },
  {
    name: 'any other ARP',
    packet: {
      ...from('b1'),
      arp: {
        operation: 'reply',
        senderMac: macs.b1,
        senderAddress: '10.2.0.11',
        targetMac: macs['br-b'],
        targetAddress: '10.2.0.7',
      },
    },
    verdict: 'untouched',
  },
  {
    name: 'DHCP through the isolated port',
    packet: { ...from('b1'), ...udp('10.2.0.11', '10.2.0.1', 67, 68) },
    verdict: 'drop',
    by: 'isolated',
  },
  {
    name: 'to the isolated address in IPv6',
    packet: { ...from('b1'), ...ping('fd00:2::11', 'fd00:2::1') },
    verdict: 'drop',
    by: 'isolated',
  },
];

/** What iptables sees of bridged packets, where br_netfilter hands them over. */
export const bridgedCases: readonly Case[] = [
  {
    name: 'among guests',
    packet: { ...bridged('a2', 'a1'), ...udp('10.1.0.12', '10.1.0.11', 9) },
    verdict: 'accept',
    by: 'network/a',
  },
  {
    name: 'among guests in IPv6',
    packet: { ...bridged('a2', 'a1'), ...udp('fd00:1::12', 'fd00:1::11', 9) },
    verdict: 'accept',
    by: 'network/a',
  },
  {
    name: 'a DHCP answer of a guest',
    packet: { ...bridged('a1', 'a2'), ...udp('10.1.0.11', '10.1.0.12', 68, 67) },
    verdict: 'drop',
    by: 'guarded',
  },
  {
    name: 'metadata',
    packet: { ...from('a2'), ...tcp('10.1.0.12', '169.254.169.254', 80) },
    verdict: 'accept',
    by: 'metadata',
  },
  {
    name: 'through the isolated port',
    packet: { ...from('b1'), ...udp('10.2.0.11', '10.2.0.1', 67, 68) },
    verdict: 'drop',
    by: 'isolated',
  },
  {
    name: 'to the world',
    packet: { ...from('a2'), ...to('w1'), ...udp('10.1.0.12', '203.0.113.1', 9) },
    verdict: 'accept',
    by: 'network/a',
    leaves: { source: '203.0.113.2' },
  },
];
