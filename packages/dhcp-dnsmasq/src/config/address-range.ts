import { type IpAddress, ipFamily, ipToBytes, type ParsedDhcpRange } from 'netdev-core';

/** How many addresses are in a range, ends included. */
export function addressCount({ first, last }: ParsedDhcpRange): number {
  return Math.max(0, Number(bigNumber(last) - bigNumber(first)) + 1);
}

/** Tells of addresses whether they are in a range. */
export function insideRange({ first, last }: ParsedDhcpRange): (address: IpAddress) => boolean {
  const family = ipFamily(first);
  const number: (address: IpAddress) => number | bigint = family === 'ipv4' ? smallNumber : bigNumber;
  const [low, high] = [number(first), number(last)];
  return (address) => {
    if (ipFamily(address) !== family) return false;
    const value = number(address);
    return low <= value && value <= high;
  };
}

function smallNumber(address: IpAddress): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function bigNumber(address: IpAddress): bigint {
  return ipToBytes(address).reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}
