import { type NamespaceRef, type OperationOptions, PlatformError, UnsupportedError } from 'netdev-core';
import { listJails } from '../commands/host.js';
import type { Session } from './session.js';

/** The name of the jail that a reference means. @throws UnsupportedError for what FreeBSD has no counterpart of */
export function jailName(namespace: NamespaceRef, operation: string): string {
  if ('name' in namespace) return checkJailName(namespace.name, operation);
  throw new UnsupportedError({
    operation,
    object: 'path' in namespace ? namespace.path : `of process ${namespace.pid}`,
    detail: 'FreeBSD names a jail, and has no file or process that stands for one',
    hint: 'give { name }, the name of the vnet jail',
  });
}

/** A dot would mean a jail in a jail, and a number the jail of that number (jail(8)). */
export function checkJailName(name: string, operation: string): string {
  if (!name.includes('.') && !/^\d+$/.test(name)) return name;
  throw new UnsupportedError({
    operation,
    object: name,
    detail: 'a jail of this name would be another one (jail(8))',
    hint: 'choose a name without dots that is no number',
  });
}

export async function readJails(
  session: Session,
  operation: string,
  options?: OperationOptions,
): Promise<string[]> {
  const printed = await session.onHost(listJails(), { operation }, options);
  return printed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();
}

/** The name of a jail that is there. @throws PlatformError, UnsupportedError */
export async function requireJail(
  session: Session,
  namespace: NamespaceRef,
  operation: string,
  options?: OperationOptions,
): Promise<string> {
  const name = jailName(namespace, operation);
  if ((await readJails(session, operation, options)).includes(name)) return name;
  throw new PlatformError({ operation, object: name, detail: 'there is no such jail', errno: 'ENOENT' });
}
