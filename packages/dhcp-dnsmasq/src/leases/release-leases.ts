import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedError,
  type DhcpLease,
  type IpAddress,
  isNetDevError,
  type OperationOptions,
  PlatformError,
  TimeoutError,
} from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { parseNote } from '../server/server-note.js';
import { findServer, type ServerEnvironment, startServer, stopServer } from '../server/server-process.js';
import { leaseText, replaceLeases } from './lease-store.js';
import { parseLeases, parseServerDuid } from './parse-leases.js';
import { releaseCommand } from './release-command.js';
import { withoutLeases } from './stale-leases.js';

const RELEASE_MS = 3_000;
const POLL_MS = 10;

/** The leases of a server. */
export async function readLeases(files: HostFiles, paths: ServerPaths): Promise<DhcpLease[]> {
  return parseLeases(await leaseText(files, paths));
}

/**
 * Takes leases back from a running server, as if their clients had given them back, and waits until it has
 * done so.
 *
 * @throws MissingToolError, TimeoutError; PlatformError, before anything is done, when too little is known of a client
 */
export async function releaseLeases(
  { runner, files }: ServerEnvironment,
  paths: ServerPaths,
  device: string,
  leases: readonly DhcpLease[],
  { signal }: OperationOptions,
): Promise<void> {
  const serverDuid = parseServerDuid(await leaseText(files, paths));
  const commands = leases.map((lease) => {
    const command = releaseCommand(device, lease, serverDuid);
    if (command !== undefined) return command;
    const detail = 'too little is known of its client to give it back for it';
    throw new PlatformError({
      operation: 'release',
      object: lease.address,
      detail,
      hint: 'it ends by itself',
    });
  });
  for (const words of commands) await runner.run(words, signal === undefined ? {} : { signal });
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

/** Takes leases away from a server that does not run, and tells that they are gone as its script would. */
export async function eraseLeases(
  environment: ServerEnvironment,
  paths: ServerPaths,
  leases: readonly DhcpLease[],
): Promise<void> {
  if (leases.length === 0) return;
  const addresses = new Set<IpAddress>(leases.map(({ address }) => address));
  await replaceLeases(environment.files, paths, (text) => withoutLeases(text, addresses));
  await tellRemoved(environment, paths, leases);
}

/** Nobody else tells events of a server that does not run. */
async function tellRemoved(
  { runner, files, tellsLeases }: ServerEnvironment,
  { notifier }: ServerPaths,
  leases: readonly DhcpLease[],
): Promise<void> {
  if (!tellsLeases || (await files.read(notifier)) === undefined) return;
  for (const { address, mac = '', hostname, clientId, duid, iaid, temporary, expires } of leases) {
    const words = [notifier, 'del', duid ?? mac, address, ...(hostname === undefined ? [] : [hostname])];
    const env = {
      ...(expires === undefined ? {} : { DNSMASQ_LEASE_EXPIRES: String(expires.getTime() / 1000) }),
      ...(clientId === undefined ? {} : { DNSMASQ_CLIENT_ID: clientId }),
      ...(iaid === undefined ? {} : { DNSMASQ_IAID: `${temporary === true ? 'T' : ''}${iaid}` }),
    };
    await runner.run(words, { env, accept: 'any' });
  }
}

/**
 * Takes the lease of one address back; answers whether there was one. Without dhcp_release, which is written for Linux only
 * (contrib/lease-tools of dnsmasq), the server is started again without the lease.
 *
 * @throws PlatformError, TimeoutError
 */
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
    await eraseLeases(environment, paths, [lease]);
    return true;
  }
  const note = parseNote(await files.read(paths.network));
  if (note === undefined) {
    throw new PlatformError({
      operation: 'release',
      object: address,
      detail: 'the server is not known',
      hint: 'ensure its network first',
    });
  }
  try {
    await releaseLeases(environment, paths, note.interface, [lease], options);
  } catch (error) {
    if (!isNetDevError(error, 'MISSING_TOOL')) throw error;
    await stopServer(environment, paths);
    await eraseLeases(environment, paths, [lease]);
    await startServer(environment, paths, note.key, options);
  }
  return true;
}
