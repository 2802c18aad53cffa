import { InvalidArgumentError } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';

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
export async function foregroundWords(privileges: Privileges, files: HostFiles): Promise<string[]> {
  const keep = privileges === 'keep' || (privileges === 'auto' && (await cannotChangeUser(files)));
  // --no-daemon is the one mode in which dnsmasq does not try to change its group.
  return keep ? ['--no-daemon'] : ['--keep-in-foreground'];
}

/** Whether this is a user namespace without the right to set groups, or with a single id (user_namespaces(7)). */
async function cannotChangeUser(files: HostFiles): Promise<boolean> {
  const setgroups = await files.read('/proc/self/setgroups');
  const map = await files.read('/proc/self/uid_map');
  const ids = (map ?? '')
    .split('\n')
    .reduce((total, line) => total + Number(line.trim().split(/\s+/)[2] ?? 0), 0);
  return setgroups?.trim() === 'deny' || ids === 1;
}
