import { open } from 'node:fs/promises';
import { type NamespaceRef, PlatformError } from 'netdev-core';
import { namespacePath } from 'netdev-exec';
import type { Attempt } from './kernel-error.js';

/** The kernel takes a namespace as an open descriptor, which all threads of a process share. */
export async function withNamespaceFd<T>(
  namespace: NamespaceRef | undefined,
  attempt: Attempt,
  work: (fd: number | undefined) => Promise<T>,
): Promise<T> {
  if (namespace === undefined) return work(undefined);
  const path = namespacePath(namespace);
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw new PlatformError({
      ...attempt,
      detail: `namespace ${path}: ${cause.message}`,
      errno: cause.code,
      hint: 'create the namespace first',
      cause,
    });
  });
  try {
    return await work(file.fd);
  } finally {
    await file.close();
  }
}
