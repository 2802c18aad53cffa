import ipaddr from 'ipaddr.js';
import { InvalidArgumentError } from '../errors/index.js';
import type { Branded } from './brand.js';
import { ipv4ToNumber } from './ipv4-number.js';

export type IpFamily = 'ipv4' | 'ipv6';

/** An IPv4 or IPv6 address in canonical text: four decimal parts, or the form of RFC 5952. No zone, no prefix length. */
export type IpAddress = Branded<'IpAddress'>;

/**
 * Parses an IPv4 address of four decimal parts (no octal, hex or short forms, which tools read
 * differently) or an IPv6 address without a zone, and gives its canonical text. IPv6 may end in an
 * IPv4 address (RFC 4291, 2.2) and stays IPv6: `::ffff:192.0.2.1` gives `::ffff:c000:201`.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseIpAddress(value: unknown, field = 'address', family?: IpFamily): IpAddress {
  // Most are these, and what matches is in its canonical form already.
  if (family !== 'ipv6' && typeof value === 'string' && dottedDecimal.test(value)) return value as IpAddress;
  const parsed = typeof value === 'string' ? read(value) : undefined;
  if (parsed !== undefined && (family === undefined || parsed.kind() === family)) return canonical(parsed);
  const what =
    family === undefined ? 'an IP address' : family === 'ipv4' ? 'an IPv4 address' : 'an IPv6 address';
  throw new InvalidArgumentError(field, value, what);
}

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const dottedDecimal = new RegExp(`^${byte}(?:\\.${byte}){3}$`);

/** The family of a parsed address or CIDR. */
export function ipFamily(address: string): IpFamily {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The address as bytes in network order: 4 or 16 of them. */
export function ipToBytes(address: IpAddress): Uint8Array {
  if (ipFamily(address) === 'ipv4') {
    const number = ipv4ToNumber(address);
    return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
  }
  return Uint8Array.from(ipaddr.parse(address).toByteArray());
}

/**
 * The address of 4 or 16 bytes in network order.
 *
 * @throws InvalidArgumentError for any other length
 */
export function ipFromBytes(bytes: Uint8Array, field = 'address'): IpAddress {
  if (bytes.length !== 4 && bytes.length !== 16) {
    throw new InvalidArgumentError(field, undefined, 'an address of 4 or 16 bytes');
  }
  if (bytes.length === 4) return bytes.join('.') as IpAddress;
  return canonical(ipaddr.fromByteArray([...bytes]));
}

/** Whether the address is one of a single host: not unspecified, multicast or IPv4 broadcast. */
export function isUnicast(address: IpAddress): boolean {
  const range = ipaddr.parse(address).range();
  return range !== 'unspecified' && range !== 'multicast' && range !== 'broadcast';
}

function read(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%')) return undefined;
  const groups = withoutDottedTail(text);
  return ipaddr.IPv6.isValid(groups) ? ipaddr.IPv6.parse(groups) : undefined;
}

/**
 * `x:x:x:x:x:x:d.d.d.d` (RFC 4291, 2.2) with the last four bytes as two groups. ipaddr.js would read `::d.d.d.d`, the
 * IPv4-compatible form (2.5.5.1), as the IPv4-mapped one, and take octal and hex parts.
 */
function withoutDottedTail(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const tail = text.slice(start);
  if (!ipaddr.IPv4.isValidFourPartDecimal(tail)) return tail.includes('.') ? '' : text;
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).octets;
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function canonical(address: ipaddr.IPv4 | ipaddr.IPv6): IpAddress {
  const text = address.kind() === 'ipv6' ? (address as ipaddr.IPv6).toRFC5952String() : address.toString();
  return text as IpAddress;
}
