import {
  type Cidr,
  contains,
  type IpAddress,
  ipFromBytes,
  ipToBytes,
  lastAddress,
  networkOf,
  parseIpAddress,
} from 'netdev-core';
import type { Inet, Inet6 } from './network-interface.js';

/** An address as text, when it is one of this family. */
export function addressText(text: string, family: 'inet' | 'inet6'): IpAddress | undefined {
  try {
    return parseIpAddress(text, 'address', family === 'inet' ? 'ipv4' : 'ipv6');
  } catch {
    return undefined;
  }
}

/** `0xffffff00` for 24. */
export function hexMask(length: number): string {
  return `0x${(length === 0 ? 0 : (0xffff_ffff << (32 - length)) >>> 0).toString(16).padStart(8, '0')}`;
}

/** 24 for `255.255.255.0`. */
export function maskLength(mask: IpAddress): number {
  return [...ipToBytes(mask)].reduce((bits, byte) => bits + byte.toString(2).replaceAll('0', '').length, 0);
}

export function networkText({ address, length }: Pick<Inet | Inet6, 'address' | 'length'>): Cidr {
  return networkOf(`${address}/${length}` as Cidr);
}

export function defaultBroadcast(address: string, length: number): string {
  return lastAddress(`${address}/${length}` as Cidr);
}

export function inNetwork(of: Pick<Inet | Inet6, 'address' | 'length'>, address: string): boolean {
  return contains(networkText(of) as never, address as IpAddress);
}

export function isLinkLocal(address: string): boolean {
  return address.startsWith('fe80:');
}

/** fe80::/64 with the modified EUI-64 of a MAC address (RFC 4291, appendix A). */
export function linkLocalOf(mac: string): IpAddress {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac
    .split(':')
    .map((octet) => Number.parseInt(octet, 16));
  return ipFromBytes(Uint8Array.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f]));
}
