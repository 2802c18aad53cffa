import type { Packet } from 'firewall-iptables';
import type { Case } from './cases.js';
import { macs } from './macs.js';
import { again, answer, bridged, from, ping, tcp, to, udp } from './packets.js';

const toWeb = (): Packet => ({ ...from('w1'), ...to('b1'), ...tcp('203.0.113.1', '10.2.0.11', 80) });
const toNames = (): Packet => ({ ...from('b1'), ...to('w1'), ...udp('10.2.0.11', '203.0.113.1', 53) });

/** A message of neighbour discovery, which is never tracked. */
function neighbours(
  source: string,
  destination: string,
  icmpType: 134 | 135 | 136,
  neighbourTarget?: string,
): Packet {
  return { source, destination, protocol: 'icmpv6', icmpType, icmpCode: 0, neighbourTarget };
}

function arpOf(senderMac: string, senderAddress: string): Packet {
  const [targetMac, targetAddress] = [macs['br-b'], '10.2.0.1'];
  return { arp: { operation: 'reply', senderMac, senderAddress, targetMac, targetAddress } };
}

/** What comes to guests, and what they send. */
export const guestCases: readonly Case[] = [
  { name: 'to a port that its group allows', packet: toWeb(), verdict: 'accept', by: 'network/b' },
  {
    name: 'an answer to that',
    packet: { ...from('b1'), ...to('w1'), ...answer(toWeb(), '10.2.0.11', '203.0.113.1') },
    verdict: 'accept',
    by: 'network/b',
  },
  {
    name: 'to the port behind them',
    packet: { ...from('w1'), ...to('b1'), ...tcp('203.0.113.1', '10.2.0.11', 91) },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: 'in IPv6',
    packet: { ...from('w1'), ...to('b1'), ...tcp('2001:db8::1', 'fd00:2::11', 81) },
    verdict: 'accept',
    by: 'network/b',
  },
  {
    name: 'in IPv6, to another port',
    packet: { ...from('w1'), ...to('b1'), ...tcp('2001:db8::1', 'fd00:2::11', 22) },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: 'ping',
    packet: { ...from('w1'), ...to('b1'), ...ping('203.0.113.1', '10.2.0.11') },
    verdict: 'accept',
    by: 'network/b',
  },
  {
    name: 'ping in IPv6',
    packet: { ...from('w1'), ...to('b1'), ...ping('2001:db8::1', 'fd00:2::11') },
    verdict: 'accept',
    by: 'network/b',
  },
  {
    name: 'from one of many networks',
    packet: { ...from('w1'), ...to('a2'), ...udp('203.0.113.1', '10.1.0.12', 9) },
    verdict: 'untouched',
  },
  {
    name: 'from none of them',
    packet: { ...from('w1'), ...to('a2'), ...udp('203.0.99.1', '10.1.0.12', 9) },
    verdict: 'drop',
    by: 'guest/a2',
  },
  {
    name: 'from a group to a group',
    packet: { ...from('b1'), ...to('a2'), ...tcp('10.2.0.11', '10.1.0.12', 5432) },
    verdict: 'accept',
    by: 'network/b',
  },
  {
    name: 'from a group to a group in IPv6',
    packet: { ...from('b1'), ...to('a2'), ...tcp('fd00:2::11', 'fd00:1::12', 5432) },
    verdict: 'accept',
    by: 'network/b',
  },
  {
    name: 'from a group to a group, another port',
    packet: { ...from('b1'), ...to('a2'), ...tcp('10.2.0.11', '10.1.0.12', 5433) },
    verdict: 'drop',
    by: 'guest/a2',
  },
  {
    name: 'from somebody else to a group',
    packet: { ...from('a1'), ...to('b1'), ...tcp('10.1.0.11', '10.2.0.11', 5432) },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: 'to a member of a group that is on another host',
    packet: { ...from('b1'), ...to('w1'), ...tcp('10.2.0.11', '198.51.100.5', 22) },
    verdict: 'accept',
    by: 'network/b',
  },
  {
    name: 'past the members of that group',
    packet: { ...from('b1'), ...to('w1'), ...tcp('10.2.0.11', '198.51.100.200', 22) },
    verdict: 'drop',
    by: 'guest/b1',
  },
  { name: 'what its group lets it send', packet: toNames(), verdict: 'accept', by: 'network/b' },
  { name: 'more of that', packet: again(toNames(), 'established'), verdict: 'accept', by: 'network/b' },
  {
    name: 'an answer to that',
    packet: { ...from('w1'), ...to('b1'), ...answer(toNames(), '203.0.113.1', '10.2.0.11') },
    verdict: 'accept',
    by: 'network/b',
  },
  {
    name: 'what its group does not let it send',
    packet: { ...from('b1'), ...to('w1'), ...udp('10.2.0.11', '203.0.113.1', 54) },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: 'to the host, which its group does not let it',
    packet: { ...from('b1'), ...udp('10.2.0.11', '10.2.0.1', 22) },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: 'DHCP to the host',
    packet: { ...from('b1'), ...udp('10.2.0.11', '10.2.0.1', 67, 68) },
    verdict: 'untouched',
  },
  {
    name: 'of a guest that may send all, to the host',
    packet: { ...from('a2'), ...udp('10.1.0.12', '10.1.0.1', 22) },
    verdict: 'untouched',
  },
  {
    name: 'with the MAC address of another',
    packet: { ...from('a2'), sourceMac: '02:00:00:00:09:09', ...udp('10.1.0.12', '10.1.0.1', 22) },
    verdict: 'drop',
    by: 'guest/a2',
  },
  {
    name: 'with the address of another',
    packet: { ...from('a2'), ...udp('10.1.0.11', '10.1.0.1', 22) },
    verdict: 'drop',
    by: 'guest/a2',
  },
  {
    name: 'with the address of another, to a neighbour',
    packet: { ...bridged('a2', 'a1'), ...udp('10.1.0.13', '10.1.0.11', 22) },
    verdict: 'drop',
    by: 'guest/a2',
  },
  {
    name: 'with its own, to a neighbour',
    packet: { ...bridged('a2', 'a1'), ...udp('10.1.0.12', '10.1.0.11', 22) },
    verdict: 'untouched',
  },
  {
    name: 'as a DHCP server',
    packet: { ...bridged('a2', 'a1'), ...udp('10.1.0.12', '10.1.0.11', 68, 67) },
    verdict: 'drop',
    by: 'guest/a2',
  },
  { name: 'ARP of its own', packet: { ...from('b1'), ...arpOf(macs.b1, '10.2.0.11') }, verdict: 'untouched' },
  {
    name: 'ARP for the address of another',
    packet: { ...from('b1'), ...arpOf(macs.b1, '10.2.0.12') },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: 'ARP with the MAC address of another',
    packet: { ...from('b1'), ...arpOf(macs.a1, '10.2.0.11') },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: 'an advertisement of its address',
    packet: { ...from('b1'), ...neighbours('fd00:2::11', 'fd00:2::1', 136, 'fd00:2::11') },
    verdict: 'untouched',
  },
  {
    name: "an advertisement of another's",
    packet: { ...from('b1'), ...neighbours('fd00:2::11', 'fd00:2::1', 136, 'fd00:2::12') },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: "an advertisement of another's, by a guest that may send all",
    packet: { ...from('a2'), ...neighbours('fd00:1::12', 'fd00:1::1', 136, 'fd00:1::1') },
    verdict: 'drop',
    by: 'guest/a2',
  },
  {
    name: 'a solicitation',
    packet: { ...from('b1'), ...neighbours('fd00:2::11', 'fd00:2::1', 135, 'fd00:2::1') },
    verdict: 'untouched',
  },
  {
    name: 'a router advertisement',
    packet: { ...from('b1'), ...neighbours('fd00:2::11', 'fd00:2::1', 134) },
    verdict: 'drop',
    by: 'guest/b1',
  },
  {
    name: 'somebody without a guest among them, to another',
    packet: { ...from('a1'), ...to('w1'), ...udp('10.1.0.77', '203.0.113.1', 9) },
    verdict: 'untouched',
  },
];

/** The same where br_netfilter hands over what is bridged. */
export const bridgedGuestCases: readonly Case[] = [
  {
    name: 'to a guest by way of its bridge',
    packet: { ...bridged('a1', 'a2'), ...tcp('10.1.0.11', '10.1.0.12', 22) },
    verdict: 'drop',
    by: 'guest/a2',
  },
  {
    name: 'an advertisement for a guest',
    packet: { ...bridged('a1', 'a2'), ...neighbours('fd00:1::11', 'fd00:1::12', 136, 'fd00:1::11') },
    verdict: 'untouched',
  },
  {
    name: "an advertisement of another's address for a neighbour",
    packet: { ...bridged('a2', 'a1'), ...neighbours('fd00:1::12', 'fd00:1::11', 136, 'fd00:1::1') },
    verdict: 'drop',
    by: 'guest/a2',
  },
  {
    name: 'what a guest sends to a neighbour',
    packet: { ...bridged('a2', 'a1'), ...udp('10.1.0.12', '10.1.0.11', 22) },
    verdict: 'untouched',
  },
  { name: 'to a guest by way of the router', packet: toWeb(), verdict: 'accept', by: 'network/b' },
];
