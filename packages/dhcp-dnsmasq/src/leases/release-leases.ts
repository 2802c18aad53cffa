import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedError,
  type DhcpLease,
  type IpAddress,
  type OperationOptions,
  PlatformError,
  TimeoutError,
} from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { parseNote } from '../server/server-note.js';
import { findServer, type ServerEnvironment } from '../server/server-process.js';
import { parseLeases } from './parse-leases.js';
import { withoutLeases } from './stale-leases.js';

const RELEASE_MS = 3_000;
const POLL_MS = 10;

/** The leases in a server's file. */
export async function readLeases(files: HostFiles, paths: ServerPaths): Promise<DhcpLease[]> {
  return parseLeases((await files.read(paths.leases)) ?? '');
}

/**
 * Takes leases back from a running server, as if their clients had given them back, and waits until it has
 * done so. Only leases with a MAC address can be.
 *
 * @throws MissingToolError, TimeoutError
 */
export async function releaseLeases(
  { runner, files }: ServerEnvironment,
  paths: ServerPaths,
  device: string,
  leases: readonly DhcpLease[],
  { signal }: OperationOptions,
): Promise<void> {
  for (const { address, mac, clientId } of leases) {
    // The server knows the lease by the client id, when the client gave one (dhcp_release(1)).
    const words = ['dhcp_release', device, address, mac ?? '', ...(clientId === undefined ? [] : [clientId])];
    await runner.run(words, signal === undefined ? {} : { signal });
  }
  const addresses = new Set(leases.map(({ address }) => address));
  for (let waited = 0; !runner.dryRun; waited += POLL_MS) {
    const held = (await readLeases(files, paths)).filter(({ address }) => addresses.has(address));
    if (held.length === 0) return;
    const attempt = { operation: 'release', object: held.map(({ address }) => address).join(', ') };
    if (signal?.aborted) throw new AbortedError(attempt);
    if (waited >= RELEASE_MS) {
      throw new TimeoutError({
        ...attempt,
        detail: 'the server holds the lease on',
        hint: `see ${paths.log}`,
      });
    }
    await sleep(POLL_MS);
  }
}

/** Takes leases out of the file of a server that does not run. */
export async function eraseLeases(
  files: HostFiles,
  paths: ServerPaths,
  leases: readonly DhcpLease[],
): Promise<void> {
  const text = await files.read(paths.leases);
  if (text === undefined || leases.length === 0) return;
  await files.write(
    paths.leases,
    withoutLeases(text, new Set<IpAddress>(leases.map(({ address }) => address))),
  );
}

/** Takes the lease of one address back; answers whether there was one. @throws as {@link releaseLeases} */
export async function releaseLease(
  environment: ServerEnvironment,
  paths: ServerPaths,
  address: IpAddress,
  options: OperationOptions,
): Promise<boolean> {
  const { files } = environment;
  const lease = (await readLeases(files, paths)).find((held) => held.address === address);
  if (lease === undefined) return false;
  if ((await findServer(environment, paths)) === undefined) {
    await eraseLeases(files, paths, [lease]);
    return true;
  }
  const note = parseNote(await files.read(paths.network));
  if (note === undefined || lease.mac === undefined) {
    throw new PlatformError({
      operation: 'release',
      object: address,
      detail: note === undefined ? 'the server is not known' : 'its client has no Ethernet address',
      hint: note === undefined ? 'ensure its network first' : 'it ends by itself',
    });
  }
  await releaseLeases(environment, paths, note.interface, [lease], options);
  return true;
}
