import { InvalidArgumentError } from '../errors/index.js';
import type { Branded } from './brand.js';
import {
  type IpAddress,
  type IpFamily,
  ipFamily,
  ipFromBytes,
  ipToBytes,
  parseIpAddress,
} from './ip-address.js';
import { ipv4FromNumber, ipv4ToNumber } from './ipv4-number.js';

/** An address with its prefix length, host bits kept: `192.0.2.10/24`. What a device carries. */
export type Cidr = Branded<'Cidr'>;

/** A {@link Cidr} whose host bits are zero: `192.0.2.0/24`. What a route or a rule matches. */
export type Network = Cidr & Branded<'Network'>;

/**
 * Parses `ADDRESS/LENGTH`; a bare address means a single host (/32 or /128).
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseCidr(value: unknown, field = 'cidr', family?: IpFamily): Cidr {
  const expected = 'an address with a prefix length (192.0.2.10/24)';
  if (typeof value !== 'string') throw new InvalidArgumentError(field, value, expected);
  const [addressText, lengthText, ...rest] = value.split('/');
  if (rest.length > 0) throw new InvalidArgumentError(field, value, expected);
  const address = parseIpAddress(addressText, field, family);
  const width = ipFamily(address) === 'ipv4' ? 32 : 128;
  if (lengthText === undefined) return `${address}/${width}` as Cidr;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(lengthText) || Number(lengthText) > width) {
    throw new InvalidArgumentError(field, value, expected);
  }
  return `${address}/${lengthText}` as Cidr;
}

/**
 * Parses a {@link Network}: like {@link parseCidr}, and refuses host bits, because `192.0.2.10/24`
 * where a network is meant is more often a mistake than an abbreviation.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseNetwork(value: unknown, field = 'network', family?: IpFamily): Network {
  const cidr = parseCidr(value, field, family);
  const network = networkOf(cidr);
  if (network !== cidr) throw new InvalidArgumentError(field, value, `a network (did you mean ${network}?)`);
  return network;
}

export function cidrAddress(cidr: Cidr): IpAddress {
  return cidr.slice(0, cidr.indexOf('/')) as IpAddress;
}

export function prefixLength(cidr: Cidr): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}

/** The network that a device's address lies in: `192.0.2.10/24` gives `192.0.2.0/24`. */
export function networkOf(cidr: Cidr): Network {
  const length = prefixLength(cidr);
  const address = cidrAddress(cidr);
  if (ipFamily(address) === 'ipv4') {
    const size = 2 ** (32 - length);
    const number = ipv4ToNumber(address);
    return `${ipv4FromNumber(number - (number % size))}/${length}` as Network;
  }
  const bytes = ipToBytes(address).map((byte, index) => byte & maskByte(length, index));
  return `${ipFromBytes(bytes)}/${length}` as Network;
}

/** The highest address of the network: its broadcast address in IPv4. */
export function lastAddress(cidr: Cidr): IpAddress {
  const length = prefixLength(cidr);
  const bytes = ipToBytes(cidrAddress(cidr));
  return ipFromBytes(bytes.map((byte, index) => byte | (~maskByte(length, index) & 0xff)));
}

/** The dotted mask of a prefix length in IPv4: 24 gives `255.255.255.0`. */
export function netmask(cidr: Cidr): IpAddress {
  const bytes = ipToBytes(cidrAddress(cidr));
  return ipFromBytes(bytes.map((_, index) => maskByte(prefixLength(cidr), index)));
}

/** Whether the network holds the address (or the whole of another network). */
export function contains(network: Cidr, inner: IpAddress | Cidr): boolean {
  if (ipFamily(network) !== ipFamily(inner)) return false;
  const innerCidr = parseCidr(inner);
  const length = prefixLength(network);
  return (
    prefixLength(innerCidr) >= length &&
    networkOf(`${cidrAddress(innerCidr)}/${length}` as Cidr) === networkOf(network)
  );
}

/** {@link contains} for one network and many addresses, which have to be parsed ones. */
export function insideNetwork(network: Network): (address: IpAddress) => boolean {
  if (ipFamily(network) === 'ipv6') return (address) => contains(network, address);
  const size = 2 ** (32 - prefixLength(network));
  const block = Math.floor(ipv4ToNumber(cidrAddress(network)) / size);
  return (address) => !address.includes(':') && Math.floor(ipv4ToNumber(address) / size) === block;
}

function maskByte(length: number, index: number): number {
  const bits = Math.min(8, Math.max(0, length - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}
