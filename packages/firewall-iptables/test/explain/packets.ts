import type { Packet } from 'firewall-iptables';
import { macs, type Neighbour } from './macs.js';

/** How packets come in from a neighbour. */
export function from(neighbour: Neighbour): Packet {
  const sourceMac = macs[neighbour];
  if (neighbour === 'w1') return { in: 'uplink', sourceMac, destinationMac: macs.uplink };
  const bridge = neighbour === 'b1' ? 'br-b' : 'br-a';
  return { in: bridge, inPort: `p-${neighbour}`, sourceMac, destinationMac: macs[bridge] };
}

/** How packets leave for a neighbour. */
export function to(neighbour: Neighbour): Packet {
  if (neighbour === 'w1') return { out: 'uplink' };
  return { out: neighbour === 'b1' ? 'br-b' : 'br-a', outPort: `p-${neighbour}` };
}

/** From one guest to another by way of their bridge alone. */
export function bridged(one: 'a1' | 'a2', other: 'a1' | 'a2'): Packet {
  return { ...from(one), ...to(other), bridged: true, destinationMac: macs[other] };
}

let nextPort = 2000;
/** A connection of its own each time. */
export function udp(
  source: string,
  destination: string,
  destinationPort: number,
  sourcePort = nextPort++,
): Packet {
  return { source, destination, protocol: 'udp', sourcePort, destinationPort };
}
export function tcp(source: string, destination: string, destinationPort: number): Packet {
  return { source, destination, protocol: 'tcp', sourcePort: nextPort++, destinationPort };
}
export function ping(source: string, destination: string): Packet {
  const icmpType = source.includes(':') ? 128 : 8;
  return { source, destination, protocol: icmpType === 8 ? 'icmp' : 'icmpv6', icmpType, icmpCode: 0 };
}
/** The answer to a packet, as it comes in. */
export function answer(opened: Packet, source: string, destination: string): Packet {
  const { protocol, sourcePort, destinationPort } = opened;
  const ports = { sourcePort: destinationPort, destinationPort: sourcePort };
  return { source, destination, protocol, ...ports, connection: 'established', opened };
}

/** One more packet of the same kind. */
export function again(opened: Packet, connection: 'new' | 'established'): Packet {
  return { ...opened, connection, opened };
}
