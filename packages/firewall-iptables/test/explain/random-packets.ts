import type { Explanation, Packet } from 'firewall-iptables';
import { type Cidr, contains, type IpAddress, ipFamily, parseIpAddress } from 'netdev-core';
import type { Random } from '../random.js';
import type { Neighbour } from './macs.js';
import { bridged, from } from './packets.js';

const devices = ['br-a', 'br-b', 'uplink'] as const;

/** The networks that the router has routes for, by device, and its own address there. */
const networks: readonly (readonly [device: (typeof devices)[number], network: string, own?: string])[] = [
  ['br-a', '10.1.0.0/24', '10.1.0.1'],
  ['br-a', 'fd00:1::/64', 'fd00:1::1'],
  ['br-b', '10.2.0.0/24', '10.2.0.1'],
  ['br-b', 'fd00:2::/64', 'fd00:2::1'],
  ['uplink', '203.0.113.0/24', '203.0.113.2'],
  ['uplink', '198.51.100.0/24'],
  ['uplink', '2001:db8::/64', '2001:db8::2'],
  ['uplink', '2001:db8:5::/64'],
];

const ports: Readonly<Record<string, string>> = {
  '10.1.0.11': 'p-a1',
  '10.1.0.12': 'p-a2',
  '10.2.0.11': 'p-b1',
  'fd00:1::11': 'p-a1',
  'fd00:1::12': 'p-a2',
  'fd00:2::11': 'p-b1',
};

const sources = {
  ipv4: ['10.1.0.11', '10.1.0.12', '10.1.0.77', '10.2.0.11', '203.0.113.1', '203.0.99.9', '198.51.100.5'],
  ipv6: ['fd00:1::11', 'fd00:1::12', 'fd00:2::11', '2001:db8::1', '2001:db8:5::9'],
} as const;
const destinations = {
  ipv4: [
    ...['10.1.0.11', '10.1.0.12', '10.2.0.11', '203.0.113.1', '198.51.100.5', '198.51.100.200'],
    ...['10.1.0.1', '10.2.0.1', '203.0.113.2', '203.0.113.50', '169.254.169.254'],
  ],
  ipv6: [
    ...['fd00:1::11', 'fd00:1::12', 'fd00:2::11', '2001:db8::1', '2001:db8:5::9'],
    ...['fd00:1::1', 'fd00:2::1', '2001:db8::50'],
  ],
} as const;
const services = [9, 22, 53, 67, 68, 80, 85, 91, 546, 5432, 8080, 8775];

/**
 * A packet that comes in from a neighbour with any address, and where it goes: routed as the lab's router does what
 * explain says it is translated to, or bridged to the neighbour's neighbour. `undefined` for one without a way.
 */
export async function randomPacket(
  random: Random,
  sourcePort: number,
  explain: (packet: Packet) => Promise<Explanation>,
): Promise<Packet | undefined> {
  const family = random.oneOf(['ipv4', 'ipv4', 'ipv6'] as const);
  const content: Packet = {
    source: random.oneOf<string>(sources[family]),
    destination: random.oneOf<string>(destinations[family]),
    protocol: random.oneOf(['tcp', 'udp'] as const),
    sourcePort: random.oneOf([sourcePort, sourcePort, sourcePort, 67, 547, 68]),
    destinationPort: random.oneOf(services),
  };
  const neighbour = random.oneOf(['a1', 'a2', 'b1', 'w1'] as const);
  const arriving = { ...from(neighbour), ...content };
  if (random.below(6) === 0) arriving.sourceMac = '02:00:00:00:09:09';
  const other = neighbourOnBridge(neighbour, content.destination ?? '');
  if (other !== undefined && random.below(2) === 0)
    return { ...bridged(neighbour as 'a1', other), ...content, sourceMac: arriving.sourceMac };
  const { leaves } = await explain(arriving);
  return route(arriving, leaves?.destination ?? '');
}

function route(packet: Packet, destination: string): Packet | undefined {
  if (networks.some(([, , own]) => own === destination)) return packet;
  const address = parseIpAddress(destination);
  const found = networks.find(([, network]) => isIn(network, address));
  if (found === undefined) return undefined;
  const [out] = found;
  const outPort = ports[destination];
  return outPort === undefined ? { ...packet, out } : { ...packet, out, outPort };
}

function isIn(network: string, address: IpAddress): boolean {
  return ipFamily(network) === ipFamily(address) && contains(network as Cidr, address);
}

function neighbourOnBridge(neighbour: Neighbour, destination: string): 'a1' | 'a2' | undefined {
  const other = { a1: 'a2', a2: 'a1' } as const;
  if (neighbour !== 'a1' && neighbour !== 'a2') return undefined;
  return ports[destination] === `p-${other[neighbour]}` ? other[neighbour] : undefined;
}

/** Whether connection tracking could take it for one of before. */
export function connectionOf({ source, destination, protocol, sourcePort, destinationPort }: Packet): string {
  return [source, destination, protocol, sourcePort, destinationPort].join(' ');
}
