import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedError,
  isNetDevError,
  type OperationOptions,
  PermissionError,
  PlatformError,
  TimeoutError,
} from 'netdev-core';
import type { HostFiles, Runner } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { type LeaseStore, settleLeases } from '../leases/lease-store.js';
import type { HostPlatform } from './platform/host-platform.js';
import { foregroundWords, type Privileges } from './privileges.js';
import { hasEnded, letEnd } from './process-end.js';
import { awaitWords, listenToServer, unreadable } from './server-log.js';

/** What a server's process is made with. */
export interface ServerEnvironment {
  runner: Runner;
  files: HostFiles;
  platform: HostPlatform;
  /** The program: `dnsmasq`, or a path. */
  binary: string;
  privileges: Privileges;
  /** How many of its last lease events are kept at least. */
  journalEvents: number;
  leaseStore: LeaseStore;
  /** Whether its script can be run, so that lease events can be told. */
  tellsLeases: boolean;
  /** Whether it reads new files in a directory by itself. */
  noticesFiles(): Promise<boolean>;
}

/** How long a start and a reload may take. */
const START_MS = 10_000;
const RELOAD_MS = 5_000;
const POLL_MS = 10;

/**
 * The pid of the server that runs with these files, if one does: the one that was noted, when its
 * command line still names our configuration. A pid that belongs to another program by now is not it.
 */
export async function findServer(
  { files, runner, platform }: ServerEnvironment,
  paths: ServerPaths,
): Promise<number | undefined> {
  // A dry run's process is nowhere to be seen, and its pid below zero: it runs until it is stopped.
  if (runner.dryRun) return Number(await files.read(paths.pid)) || undefined;
  const noted = await notedPid(files, paths);
  if (noted === undefined) return undefined;
  const shown = await platform.process(noted);
  return shown?.commandLine.includes(configWord(paths)) === true ? noted : undefined;
}

async function notedPid(files: HostFiles, paths: ServerPaths): Promise<number | undefined> {
  const noted = (await files.read(paths.pid))?.trim() ?? '';
  return /^\d{1,10}$/.test(noted) ? Number(noted) : undefined;
}

/** Lets dnsmasq check a configuration. @throws PlatformError with its own words, and the line they are about */
export async function testConfig(
  { runner, files, binary }: ServerEnvironment,
  { candidate }: ServerPaths,
  config: string,
  key: string,
  options: OperationOptions,
): Promise<void> {
  const attempt = async () => {
    await files.write(candidate, config);
    try {
      return await runner.run([binary, '--test', `--conf-file=${candidate}`], {
        ...options,
        accept: 'any',
        timeoutMs: START_MS,
      });
    } finally {
      await files.remove(candidate);
    }
  };
  const { exitCode, stderr, stdout } = await attempt();
  if (exitCode === 0) return;
  const detail = (stderr.trim() || stdout.trim()).replace(/^dnsmasq: /, '');
  const line = config.split('\n')[Number(/ at line (\d+) of /.exec(detail)?.[1] ?? 0) - 1];
  throw new PlatformError({
    operation: 'configure the DHCP server of',
    object: key,
    detail,
    hint:
      line === undefined ? 'nothing was changed' : `nothing was changed; the line is ${JSON.stringify(line)}`,
  });
}

/** Starts the server and waits until it serves. @throws PlatformError with the last words of its log */
export async function startServer(
  environment: ServerEnvironment,
  paths: ServerPaths,
  key: string,
  options: OperationOptions,
): Promise<number> {
  try {
    return await startOnce(environment, paths, key, options);
  } catch (error) {
    // What has its port may be a server of its own, which a program started that was killed before it noted that.
    const isTaken = isNetDevError(error, 'PLATFORM') && /already in use/.test(error.detail ?? '');
    if (!isTaken || !(await endStrays(environment, paths))) throw error;
    return startOnce(environment, paths, key, options);
  }
}

/** Ends the servers of these files that nobody has noted; answers whether there were any. */
async function endStrays({ platform, runner }: ServerEnvironment, paths: ServerPaths): Promise<boolean> {
  const strays = await platform.processesOn(paths.config, configWord(paths));
  for (const pid of strays) await endProcess({ platform, runner }, pid);
  return strays.length > 0;
}

async function startOnce(
  environment: ServerEnvironment,
  paths: ServerPaths,
  key: string,
  { signal }: OperationOptions,
): Promise<number> {
  const { runner, files, binary, privileges, platform } = environment;
  const argv = [binary, configWord(paths), ...(await foregroundWords(privileges, platform))];
  const former = runner.dryRun ? undefined : await notedPid(files, paths);
  if (former !== undefined) await letEnd(platform, former);
  await settleLeases(files, paths, environment.leaseStore);
  // Behind what its predecessors have said: who follows the log misses nothing.
  using words = await listenToServer(files, paths);
  const { pid, exited } = await runner.start(argv, { logFile: paths.log });
  try {
    await files.write(paths.pid, `${pid}\n`);
  } catch (error) {
    // Nobody would find it again.
    await runner.signal(pid, 'SIGKILL');
    await exited;
    throw error;
  }
  if (runner.dryRun) return pid;
  let ended: { exitCode: number | undefined } | undefined;
  void exited.then((end) => {
    ended = end;
  });
  const attempt = { operation: 'start the DHCP server of', object: key };
  for (let waited = 0; ; waited += POLL_MS) {
    const log = await words.said();
    if (ended !== undefined) {
      await files.remove(paths.pid);
      throw new PlatformError({
        ...attempt,
        detail: lastWords(log) ?? `it ended with status ${ended.exitCode}`,
        hint: 'is the device up, does it carry the server address, and are ports 53 and 67 free there?',
      });
    }
    const refused = unreadable(log);
    if (refused !== undefined) {
      await stopServer(environment, paths);
      throw new PermissionError({
        ...attempt,
        detail: refused,
        hint: "it reads its files as the user that it changes to: let others read the directory and what is in it (umask 022), or choose privileges: 'keep'",
      });
    }
    // All sockets are open when it says that it has started; the options are the last file that it reads.
    if (/started, version/.test(log) && log.includes(`read ${paths.options}\n`)) return pid;
    if (signal?.aborted) {
      await stopServer(environment, paths);
      throw new AbortedError({ ...attempt, cause: signal.reason });
    }
    if (waited >= START_MS) {
      await stopServer(environment, paths);
      throw new TimeoutError({
        ...attempt,
        detail: lastWords(log) ?? 'it said nothing',
      });
    }
    await sleep(POLL_MS);
  }
}

/**
 * Makes the server read its hosts, options and names again, and waits until it has. Answers false when it
 * could not read them (it reads as the user that it changed to) or did not say so.
 */
export async function reloadServer(
  { runner, files }: ServerEnvironment,
  paths: ServerPaths,
  pid: number,
): Promise<boolean> {
  using words = await listenToServer(files, paths);
  await runner.signal(pid, 'SIGHUP');
  return runner.dryRun || awaitWords(words, [`read ${paths.options}\n`], RELOAD_MS);
}

/** Ends the server, gently first; answers whether one ran. */
export async function stopServer(environment: ServerEnvironment, paths: ServerPaths): Promise<boolean> {
  const { files, runner, platform, leaseStore } = environment;
  const pid = await findServer(environment, paths);
  if (pid === undefined) return false;
  // A process of the server's own runs its script, and has the last events still when the server has ended.
  const helpers = leaseStore === 'journal' && !runner.dryRun ? await platform.children(pid) : [];
  await endProcess({ platform, runner }, pid);
  for (const helper of helpers) {
    const born = (await platform.process(helper))?.birth;
    if (born !== undefined) await hasEnded(platform, helper, born);
  }
  await files.remove(paths.pid);
  return true;
}

/** Ends a process, gently first. @throws TimeoutError when it does not */
async function endProcess(
  { platform, runner }: Pick<ServerEnvironment, 'platform' | 'runner'>,
  pid: number,
): Promise<void> {
  const birth = (await platform.process(pid))?.birth;
  await runner.signal(pid, 'SIGTERM');
  if (runner.dryRun || birth === undefined || (await hasEnded(platform, pid, birth))) return;
  await runner.signal(pid, 'SIGKILL');
  if (await hasEnded(platform, pid, birth)) return;
  throw new TimeoutError({
    operation: 'stop the DHCP server with pid',
    object: String(pid),
    detail: 'it outlived SIGKILL',
  });
}

function configWord(paths: ServerPaths): string {
  return `--conf-file=${paths.config}`;
}

function lastWords(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  return lines
    .at(-1)
    ?.replace(/^dnsmasq(?:-\w+)?(?:\[\d+\])?: /, '')
    .slice(0, 500);
}
