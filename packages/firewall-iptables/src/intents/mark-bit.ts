import { InvalidArgumentError } from 'netdev-core';

/** Bit 24: kube-proxy, Calico and Tailscale use others by default. */
export const DEFAULT_MARK_BIT = 0x1000000;

/** Checks the bit of a mark; left out: {@link DEFAULT_MARK_BIT}. @throws InvalidArgumentError naming `markBit` */
export function parseMarkBit(value: unknown): number {
  if (value === undefined) return DEFAULT_MARK_BIT;
  const isOneBit = typeof value === 'number' && value <= 2 ** 31 && Number.isInteger(Math.log2(value));
  if (isOneBit && value >= 1) return value;
  throw new InvalidArgumentError('markBit', value, 'one bit of 32: 0x1, 0x2, 0x4 and so on to 0x80000000');
}
