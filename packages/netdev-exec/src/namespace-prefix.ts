import type { NamespaceRef } from 'netdev-core';
import { UnsupportedError } from 'netdev-core';

/** Where Linux keeps the namespace that a reference means (ip-netns(8), namespaces(7)). */
export function namespacePath(namespace: NamespaceRef): string {
  if ('path' in namespace) return namespace.path;
  return 'pid' in namespace ? `/proc/${namespace.pid}/ns/net` : `/run/netns/${namespace.name}`;
}

/** The words in front of a command that make it run in a namespace: nsenter(1) on Linux, jexec(8) on FreeBSD. */
export function namespacePrefix(namespace: NamespaceRef, platform: NodeJS.Platform): string[] {
  if (platform !== 'freebsd') return ['nsenter', `--net=${namespacePath(namespace)}`, '--'];
  if ('name' in namespace) return ['jexec', namespace.name];
  throw new UnsupportedError({
    operation: 'run a command in namespace',
    object: 'path' in namespace ? namespace.path : `of process ${namespace.pid}`,
    detail: 'FreeBSD names a jail, it has no file or process that stands for one',
    hint: 'give { name }, the name of the vnet jail',
  });
}
