import { type FirewallOptions, InvalidArgumentError } from 'netdev-core';
import type { Runner } from 'netdev-exec';

/** What every firewall takes, and what is this one's own. */
export interface NftablesFirewallOptions extends FirewallOptions {
  /**
   * The bit of a packet's mark that says that an intent lets it through. No table of nftables can accept what another
   * one drops; let others ask for the mark: `iptables -A INPUT -m mark --mark 0x2000000/0x2000000 -j ACCEPT`. Left out:
   * 0x2000000.
   */
  mark?: number | undefined;
  /** Runs nft(8). Left out: a runner of netdev-exec's own making. */
  runner?: Runner | undefined;
}

/** @throws InvalidArgumentError naming `owner` */
export function parseOwner(value: unknown = 'netdev'): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_-]{1,16}$/.test(value)) return value;
  throw new InvalidArgumentError('owner', value, '1 to 16 of A-Z a-z 0-9 _ -');
}

/** @throws InvalidArgumentError naming `mark` */
export function parseMark(value: unknown = 0x2000000): number {
  const isOneBit =
    typeof value === 'number' && value >= 1 && value <= 2 ** 31 && Number.isInteger(Math.log2(value));
  if (isOneBit) return value;
  throw new InvalidArgumentError('mark', value, 'one bit of 32: 0x1, 0x2, 0x4 and so on to 0x80000000');
}
