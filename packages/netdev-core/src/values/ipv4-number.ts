import type { IpAddress } from './ip-address.js';

/** A parsed IPv4 address as a number of 32 bits, without a sign: `192.0.2.1` gives 3221225985. */
export function ipv4ToNumber(address: IpAddress): number {
  let [number, part] = [0, 0];
  for (let place = 0; place < address.length; place++) {
    const code = address.charCodeAt(place);
    if (code === DOT) [number, part] = [number * 256 + part, 0];
    else part = part * 10 + code - ZERO;
  }
  return number * 256 + part;
}

const DOT = 0x2e;
const ZERO = 0x30;

/** The IPv4 address of a number of 32 bits. */
export function ipv4FromNumber(number: number): IpAddress {
  return `${(number >>> 24) & 255}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}` as IpAddress;
}
