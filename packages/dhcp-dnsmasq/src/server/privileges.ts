import { InvalidArgumentError } from 'netdev-core';
import type { HostPlatform } from './platform/host-platform.js';

/**
 * What the server does with the privileges it starts with:
 *
 * - `drop`: it changes to a user of its own once it has its sockets, as dnsmasq does by default;
 * - `keep`: it stays who it is, which is the only way in a user namespace of one id, where there is
 *   nobody to change to;
 * - `auto`: `keep` there, else `drop`.
 */
export type Privileges = 'auto' | 'drop' | 'keep';

/** @throws InvalidArgumentError */
export function parsePrivileges(value: unknown): Privileges {
  if (value === 'auto' || value === 'drop' || value === 'keep') return value;
  throw new InvalidArgumentError('privileges', value, 'auto, drop or keep');
}

/** The words that make dnsmasq stay a child of whoever started it (dnsmasq(8)). */
export async function foregroundWords(privileges: Privileges, platform: HostPlatform): Promise<string[]> {
  const keep = privileges === 'keep' || (privileges === 'auto' && !(await platform.canChangeUser()));
  // --no-daemon is the one mode in which dnsmasq does not try to change its group.
  return keep ? ['--no-daemon'] : ['--keep-in-foreground'];
}
