import type { IpAddress, ParsedDhcpNetwork } from 'netdev-core';

type Range = NonNullable<ParsedDhcpNetwork['range']>;

/** How many IPv4 addresses are in a range, ends included. */
export function addressCount({ first, last }: Range): number {
  return Math.max(0, number(last) - number(first) + 1);
}

export function isInRange({ first, last }: Range, address: IpAddress): boolean {
  return number(first) <= number(address) && number(address) <= number(last);
}

function number(address: IpAddress): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}
