import { type GuestIntent, ipFamily, parseMacAddress } from 'netdev-core';
import { kernelAddress } from '../iptables/kernel-address.js';
import { formLinkLocal } from './link-local.js';
import { privateChain } from './names.js';
import type { RenderedRule } from './rendered-rule.js';
import type { RenderedPart } from './rendering.js';

/** What an address that is not there yet may send (RFC 4862, 5.4.2; RFC 3810, 5.2.13), as ebtables prints it. */
const fromNowhere = ['neighbour-solicitation', 'router-solicitation', '131/0:255', '143/0:255'];

/**
 * What comes in by a guest's port, whether it is for a neighbour or for the host: a frame is let go on when it does not
 * lie about who sent it. Only what ebtables(8) sees of a frame; see `render-guest.ts` for the rest.
 */
export function renderGuestFrames(guest: GuestIntent, owner: string): Omit<RenderedPart, 'sets'> {
  const { port } = guest;
  const chain = privateChain('f', port, owner);
  const place = { family: 'bridge', table: 'filter', rank: 0 } as const;
  const jumps = (['frames-in', 'frames-fwd'] as const).map(
    (from): RenderedRule => ({ ...place, chain: from, text: `-i ${port} -j ${owner}-${chain}` }),
  );
  return {
    rules: [...jumps, ...frameTexts(guest).map((text): RenderedRule => ({ ...place, chain, text }))],
    chains: [{ family: 'bridge', table: 'filter', chain }],
  };
}

function frameTexts({ mac, addresses }: GuestIntent): string[] {
  const own = [...new Set(addresses)];
  const ipv4 = own.filter((address) => ipFamily(address) === 'ipv4');
  const linkLocal = `${formLinkLocal(parseMacAddress(mac))}/128`;
  const ipv6 = new Set([...own.filter((address) => ipFamily(address) === 'ipv6'), linkLocal]);
  return [
    `-s ! ${mac} -j DROP`,
    `-p ARP --arp-mac-src ! ${mac} -j DROP`,
    ...ipv4.map((address) => from('ARP', '--arp-ip-src', address)),
    // Whether an address is free is asked for in nobody's name (RFC 5227, 2.1.1).
    '-p ARP --arp-ip-src 0.0.0.0 -j RETURN',
    '-p IPv4 --ip-proto udp --ip-sport 67 -j DROP',
    ...ipv4.map((address) => from('IPv4', '--ip-src', address)),
    '-p IPv4 --ip-src 0.0.0.0 --ip-proto udp --ip-sport 68 --ip-dport 67 -j RETURN',
    '-p IPv6 --ip6-proto udp --ip6-sport 547 -j DROP',
    '-p IPv6 --ip6-proto ipv6-icmp --ip6-icmp-type router-advertisement -j DROP',
    ...[...ipv6].map((address) => from('IPv6', '--ip6-src', address)),
    ...fromNowhere.map(
      (type) => `-p IPv6 --ip6-src :: --ip6-proto ipv6-icmp --ip6-icmp-type ${type} -j RETURN`,
    ),
    // A machine that was moved here says so (RFC 903 as QEMU uses it).
    '-p RARP -j RETURN',
    '-j DROP',
  ];
}

function from(protocol: string, option: string, network: string): string {
  const [address = '', length = ''] = network.split('/');
  if (length === '0') return `-p ${protocol} -j RETURN`;
  const isHost = length === (address.includes(':') ? '128' : '32');
  const source = isHost ? kernelAddress(address) : `${kernelAddress(address)}/${length}`;
  return `-p ${protocol} ${option} ${source} -j RETURN`;
}
