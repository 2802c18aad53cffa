import type { DhcpGuardIntent, IsolateAddressIntent } from 'netdev-core';
import { filterRule } from './filter-rule.js';
import type { Part } from './slice.js';
import { familyOf, on } from './words.js';

/** ICMPv6 type of router advertisements (RFC 4861, 4.2). */
const ROUTER_ADVERTISEMENT = 134;

/** What only a DHCP server or a router sends, refused as it comes in by a port. */
export function serversOnPort(device: string): string[] {
  const refused = { action: 'block', direction: 'in', quick: true, device } as const;
  return [
    filterRule({ ...refused, family: 'inet', protocol: 'udp', fromPort: 67 }),
    filterRule({ ...refused, family: 'inet6', protocol: 'udp', fromPort: 547 }),
    filterRule({ ...refused, family: 'inet6', protocol: 'icmpv6', icmpType: ROUTER_ADVERTISEMENT }),
  ];
}

export function renderDhcpGuard({ ports }: DhcpGuardIntent): Part {
  return { class: 'frames', filter: [...new Set(ports)].flatMap(serversOnPort) };
}

/**
 * Ether rules keep the packets of the address from passing the device, filter rules those of DHCP. Frames of ARP cannot
 * be told apart by their addresses: pf looks at those of IP packets only.
 */
export function renderIsolateAddress({ interface: device, address }: IsolateAddressIntent): Part {
  const family = familyOf(address);
  const etherType = family === 'inet' ? '0x0800' : '0x86dd';
  const [first, second] = family === 'inet' ? [67, 68] : [546, 547];
  const frame = (direction: 'in' | 'out', end: 'from' | 'to'): string =>
    `ether block ${direction} quick ${on(device)} proto ${etherType} l3 ${end} ${address}`;
  const dhcp = { action: 'block', quick: true, device, family, protocol: 'udp' } as const;
  return {
    class: 'frames',
    ether: [frame('in', 'to'), frame('in', 'from'), frame('out', 'from')],
    filter: [filterRule({ ...dhcp, toPort: first }), filterRule({ ...dhcp, toPort: second })],
  };
}
