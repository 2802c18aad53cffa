import {
  AbortedError,
  ClosedError,
  type DhcpCapability,
  type DhcpChange,
  type DhcpOptions,
  type Key,
  type OperationOptions,
  parseInteger,
  parseIpAddress,
  parseKey,
  parsePositions,
  UnsupportedError,
} from 'netdev-core';
import {
  createHostFiles,
  createHostLocks,
  createLockQueue,
  createMemoryLocks,
  createRunner,
  type HostFiles,
  type HostLocks,
  type Runner,
} from 'netdev-exec';
import { lockName, parseDirectory, type ServerPaths, serverPaths } from './config/paths.js';
import type { DnsmasqDriver } from './dnsmasq-driver.js';
import { followEvents } from './events/follow-events.js';
import { MOST_EVENTS, USUAL_EVENTS } from './events/journal-files.js';
import { parsePosition } from './events/position.js';
import { checkpointLeases, type LeaseStore, parseLeaseStore, settleLeases } from './leases/lease-store.js';
import { readLeases, releaseLease } from './leases/release-leases.js';
import { followLog } from './log/follow-log.js';
import { isTooLong, tidyLog, trimLog } from './log/trim-log.js';
import type { KeptNetwork } from './network/kept-network.js';
import { createNetworkMemory } from './network/network-memory.js';
import { parseWanted } from './network/wanted-network.js';
import { noticesNewFiles } from './server/abilities.js';
import { ensureHost, removeHost } from './server/ensure-host.js';
import { ensureServer, type ServerChange } from './server/ensure-server.js';
import { createServerScan, knownServers } from './server/known-servers.js';
import { createPlatform } from './server/platform/create-platform.js';
import type { PlatformName } from './server/platform/host-platform.js';
import { type Privileges, parsePrivileges } from './server/privileges.js';
import { removeFiles } from './server/remove-files.js';
import { findServer, type ServerEnvironment, stopServer } from './server/server-process.js';
import { parseSupervision } from './supervision/parse-settings.js';
import { type Alone, startSupervision } from './supervision/start-supervision.js';

/** What the dnsmasq backend accepts beside the contract's options. */
export interface DnsmasqOptions extends DhcpOptions {
  /** Left out: programs run on this host. */
  runner?: Runner | undefined;
  /** Left out: the files of this host. */
  files?: HostFiles | undefined;
  /**
   * Keep programs that use the same directory from changing one network at the same time. Left out: locks between
   * the programs of this host, and in a dry run within this one.
   */
  locks?: HostLocks | undefined;
  /** The program; left out: `dnsmasq`, from the PATH. */
  binary?: string | undefined;
  /**
   * Where leases are kept; the same one for all programs that use the directory. It takes effect when a network's server is
   * started next, and takes along what leases there are. Left out: `file`.
   */
  leaseStore?: LeaseStore | undefined;
  /** Left out: `auto`. */
  privileges?: Privileges | undefined;
  /** The platform of the host that `runner` and `files` are of. Left out: this one. */
  platform?: PlatformName | undefined;
}

/**
 * DHCP and DNS servers on dnsmasq, one process a network, each in a folder of its own below
 * `directory` (left out: `/run/netdev/dhcp` for root and below `XDG_RUNTIME_DIR` for others on Linux,
 * `/var/run/netdev/dhcp` on FreeBSD). The servers outlive the program; the next one adopts them.
 *
 * The capability `events` is there when scripts can be run from the directory (no mount with `noexec`).
 *
 * @throws InvalidArgumentError
 */
export async function createDnsmasq(options: DnsmasqOptions = {}): Promise<DnsmasqDriver> {
  const files = options.files ?? createHostFiles();
  const base = options.runner ?? createRunner();
  const platform = createPlatform(options.platform, { files, runner: base });
  const directory = parseDirectory(options.directory ?? platform.defaultDirectory());
  const binary = options.binary ?? 'dnsmasq';
  let notices: Promise<boolean> | undefined;
  const environment: ServerEnvironment = {
    files,
    platform,
    runner: options.namespace === undefined ? base : base.inNamespace(options.namespace),
    binary,
    noticesFiles: () => {
      notices ??= noticesNewFiles(base, binary);
      return notices;
    },
    leaseStore: parseLeaseStore(options.leaseStore ?? 'file'),
    privileges: parsePrivileges(options.privileges ?? 'auto'),
    tellsLeases: await platform.allowsExecution(directory),
    journalEvents: parseInteger(options.journalEvents ?? USUAL_EVENTS, 'journalEvents', 1, MOST_EVENTS),
  };
  if (environment.leaseStore === 'journal' && !environment.tellsLeases) {
    throw noScripts(directory, {
      operation: 'keep',
      object: 'leases in the journal',
      instead: "keep them in dnsmasq's own file",
    });
  }
  const capabilities = new Set<DhcpCapability>(['dns', 'release', 'ipv6', 'relay', 'classes', 'boot']);
  if (environment.tellsLeases) capabilities.add('events');
  /** The servers that this driver has seen: one that it finds running otherwise was left by another. */
  const known = new Set<Key>();
  const networks = createNetworkMemory(files, directory);
  const locks = options.locks ?? (base.dryRun ? createMemoryLocks() : createHostLocks());
  /** What is under way here. */
  const turns = createLockQueue();
  /** One change a network at a time, of all programs. */
  const alone: Alone = (key, work, { signal } = {}) =>
    turns.inTurn(key, () =>
      locks.hold(lockName(directory, key), work, signal === undefined ? {} : { signal }),
    );
  const closing = new AbortController();
  /** Those who follow events, and want to know of servers that come. */
  const followers = new Set<() => void>();
  /** Settles when all those who asked for events so far have found where theirs begin. */
  let settled: Promise<unknown> = Promise.resolve();

  const begin = (operation: string, { signal }: OperationOptions): void => {
    if (closing.signal.aborted) throw new ClosedError({ operation, object: 'with dhcp-dnsmasq' });
    if (signal?.aborted) throw new AbortedError({ operation, cause: signal.reason });
  };
  /** What ends a stream. */
  const endOf = ({ signal }: OperationOptions): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
  const changeHosts = async (
    givenKey: string,
    callOptions: OperationOptions,
    change: (kept: KeptNetwork, paths: ServerPaths) => Promise<ServerChange>,
  ): Promise<DhcpChange> => {
    begin('change the hosts of a network', callOptions);
    const key = parseKey(givenKey);
    const changing = async (): Promise<DhcpChange> => {
      begin('change the hosts of a network', callOptions);
      const paths = serverPaths(directory, key);
      if (environment.leaseStore === 'journal') await checkpointLeases(files, paths);
      const kept = await networks.kept(key);
      if (kept.logEnd === undefined || isTooLong(kept.logEnd)) kept.logEnd = await trimLog(files, paths);
      const done = await change(kept, paths);
      // The others write the folder anew.
      if (done !== 'none' && done !== 'added') networks.forget(key);
      known.add(key);
      return { change: done };
    };
    return alone(key, changing, callOptions);
  };
  const close = async (): Promise<void> => {
    closing.abort();
    await turns.idle();
  };

  return {
    name: 'dhcp-dnsmasq',
    capabilities,

    async ensure(given, callOptions = {}) {
      begin('ensure a DHCP server', callOptions);
      const wanted = parseWanted(given);
      const { key } = wanted.network;
      const ensuring = async (): Promise<DhcpChange> => {
        begin('ensure a DHCP server', callOptions);
        const paths = serverPaths(directory, key);
        await trimLog(files, paths);
        const change = await ensureServer(environment, wanted, paths, callOptions);
        await networks.served(paths, wanted);
        const isNew = !known.has(key);
        known.add(key);
        for (const wake of followers) wake();
        return { change: change === 'none' && isNew ? 'adopted' : change };
      };
      return alone(key, ensuring, callOptions);
    },

    ensureHost: (key, host, callOptions = {}) =>
      changeHosts(key, callOptions, (network, paths) =>
        ensureHost(environment, network, paths, host, callOptions),
      ),

    removeHost: (key, identity, callOptions = {}) =>
      changeHosts(key, callOptions, (network, paths) =>
        removeHost(environment, network, paths, identity, callOptions),
      ),

    async remove(key, { keepLeases = false, ...callOptions } = {}) {
      begin('remove a DHCP server', callOptions);
      const parsed = parseKey(key);
      const removing = async (): Promise<boolean> => {
        const paths = serverPaths(directory, parsed);
        const ran = await stopServer(environment, paths);
        if (keepLeases) await settleLeases(files, paths, 'file');
        known.delete(parsed);
        networks.forget(parsed);
        return (await removeFiles(files, paths, { keepLeases })) || ran;
      };
      return alone(parsed, removing, callOptions);
    },

    async list(callOptions = {}) {
      begin('list DHCP servers', callOptions);
      const servers = await knownServers(files, directory);
      return Promise.all(
        servers.map(async ({ paths, note: { key, interface: name, serverAddress } }) => {
          const pid = await findServer(environment, paths);
          const status = { key, running: pid !== undefined, interface: name, serverAddress };
          return pid === undefined ? status : { ...status, pid };
        }),
      );
    },

    async leases(key, callOptions = {}) {
      begin('list leases', callOptions);
      await settled;
      return readLeases(files, serverPaths(directory, parseKey(key)));
    },

    async release(key, address, callOptions = {}) {
      begin('release a lease', callOptions);
      const parsed = parseKey(key);
      const wanted = parseIpAddress(address);
      const releasing = () => releaseLease(environment, serverPaths(directory, parsed), wanted, callOptions);
      return alone(parsed, releasing, callOptions);
    },

    events(key, callOptions = {}) {
      begin('follow lease events', callOptions);
      const wanted = key === undefined ? undefined : parseKey(key);
      const after = parsePositions(callOptions.after, wanted);
      if (!environment.tellsLeases) {
        const attempt = { operation: 'follow', object: 'lease events' };
        throw noScripts(directory, { ...attempt, instead: 'read leases() instead' });
      }
      const following = followEvents(files, {
        servers:
          wanted === undefined
            ? createServerScan(files, directory)
            : async () => [{ key: wanted, paths: serverPaths(directory, wanted) }],
        after: new Map([...after].map(([name, position]) => [name, parsePosition(position)])),
        onNews: (wake) => {
          followers.add(wake);
          return () => void followers.delete(wake);
        },
        signal: endOf(callOptions),
      });
      settled = Promise.allSettled([settled, following.settled]).then(() => {});
      return following.events;
    },

    log(key, callOptions = {}) {
      begin('follow the log of a DHCP server', callOptions);
      const parsed = parseKey(key);
      const paths = serverPaths(directory, parsed);
      const tidy = () => tidyLog(files, paths, (work) => alone(parsed, work));
      return followLog(files, { key: parsed, paths }, endOf(callOptions), tidy);
    },

    supervise(superviseOptions) {
      begin('supervise DHCP servers', {});
      const settings = parseSupervision(superviseOptions);
      return startSupervision(environment, directory, alone, settings, closing.signal);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

function noScripts(
  directory: string,
  { instead, ...attempt }: { operation: string; object: string; instead: string },
): UnsupportedError {
  return new UnsupportedError({
    ...attempt,
    detail: `dnsmasq tells them by a script, and ${directory} is on a file system mounted noexec`,
    hint: `give a directory elsewhere (/var/lib/netdev/dhcp), or ${instead}`,
  });
}
