import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { CLONE_NEWNET, MNT_DETACH, MS_BIND, MS_REC, MS_SHARED, O_RDONLY } from './constants.js';
import { type Libc, SystemCallError } from './libc.js';

/** Where iproute2 keeps the namespaces that have a name (ip-netns(8)). */
export const NAMED_NAMESPACES = '/run/netns';

/** Puts the calling thread, and it alone, into a network namespace. */
export function enterNamespace(libc: Libc, path: string): void {
  const fd = libc.open(path, O_RDONLY);
  try {
    libc.setns(fd, CLONE_NEWNET);
  } finally {
    libc.close(fd);
  }
}

/**
 * Makes a namespace with a name, which the calling thread is in afterwards: so let that be a thread
 * that ends. The name is a file that the namespace is mounted on, as `ip netns add` has it.
 */
export function createNamedNamespace(libc: Libc, name: string): void {
  const path = `${NAMED_NAMESPACES}/${name}`;
  mkdirSync(NAMED_NAMESPACES, { recursive: true, mode: 0o755 });
  shareMounts(libc);
  closeSync(openSync(path, 'wx', 0o444));
  try {
    libc.unshare(CLONE_NEWNET);
    libc.mount('/proc/thread-self/ns/net', path, 'none', MS_BIND);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Takes the name away; the namespace goes with the last process in it. Says whether there was one. */
export function deleteNamedNamespace(libc: Libc, name: string): boolean {
  const path = `${NAMED_NAMESPACES}/${name}`;
  try {
    libc.umount(path, MNT_DETACH);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    if (error.errno === 'ENOENT') return false;
    // EINVAL: a file that nothing is mounted on, left by an `ip netns add` that was killed.
    if (error.errno !== 'EINVAL') throw error;
  }
  rmSync(path, { force: true });
  return true;
}

/** A namespace made here is to be seen in other mount namespaces, and to be gone there when it is deleted here. */
function shareMounts(libc: Libc): void {
  try {
    libc.mount('', NAMED_NAMESPACES, 'none', MS_SHARED | MS_REC);
  } catch (error) {
    // EINVAL: it is no mount of its own yet, and only a mount can be shared.
    if (!(error instanceof SystemCallError && error.errno === 'EINVAL')) throw error;
    libc.mount(NAMED_NAMESPACES, NAMED_NAMESPACES, 'none', MS_BIND | MS_REC);
    libc.mount('', NAMED_NAMESPACES, 'none', MS_SHARED | MS_REC);
  }
}
