import { type IpAddress, ipFamily, ipToNumber, ipv4ToNumber, type ParsedDhcpRange } from 'netdev-core';

/** How many addresses are in a range, ends included. */
export function addressCount({ first, last }: ParsedDhcpRange): number {
  return Math.max(0, Number(ipToNumber(last) - ipToNumber(first)) + 1);
}

/** Tells of addresses whether they are in a range. */
export function insideRange({ first, last }: ParsedDhcpRange): (address: IpAddress) => boolean {
  const family = ipFamily(first);
  const number: (address: IpAddress) => number | bigint = family === 'ipv4' ? ipv4ToNumber : ipToNumber;
  const [low, high] = [number(first), number(last)];
  return (address) => {
    if (ipFamily(address) !== family) return false;
    const value = number(address);
    return low <= value && value <= high;
  };
}
