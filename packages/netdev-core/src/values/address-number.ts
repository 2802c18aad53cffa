import { type IpAddress, type IpFamily, ipFromBytes, ipToBytes } from './ip-address.js';
import { ipv4FromNumber, ipv4ToNumber } from './ipv4-number.js';

/** A parsed address as a number, its first byte the highest: for counting through a range. */
export function ipToNumber(address: IpAddress): bigint {
  if (!address.includes(':')) return BigInt(ipv4ToNumber(address));
  return ipToBytes(address).reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

/** The address of a number as {@link ipToNumber} gives it, which has to be one of the family. */
export function ipFromNumber(number: bigint, family: IpFamily): IpAddress {
  if (family === 'ipv4') return ipv4FromNumber(Number(number));
  return ipFromBytes(
    Uint8Array.from({ length: 16 }, (_, place) => Number((number >> BigInt(8 * (15 - place))) & 255n)),
  );
}
