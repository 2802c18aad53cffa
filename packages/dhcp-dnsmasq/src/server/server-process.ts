import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationOptions, PlatformError, TimeoutError } from 'netdev-core';
import type { HostFiles, Runner } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { foregroundWords, type Privileges } from './privileges.js';

/** What a server's process is made with. */
export interface ServerEnvironment {
  runner: Runner;
  files: HostFiles;
  /** The program: `dnsmasq`, or a path. */
  binary: string;
  privileges: Privileges;
}

/** How long a start and a graceful end may take. */
const START_MS = 10_000;
const STOP_MS = 3_000;
const POLL_MS = 10;

/**
 * The pid of the server that runs with these files, if one does: the one that was noted, when its
 * command line still names our configuration. A pid that belongs to another program by now is not it.
 */
export async function findServer(
  { files, runner }: ServerEnvironment,
  paths: ServerPaths,
): Promise<number | undefined> {
  const noted = (await files.read(paths.pid))?.trim() ?? '';
  // A dry run's process has no entry in /proc: it runs until it is stopped.
  if (runner.dryRun) return noted === '' ? undefined : Number(noted);
  if (!/^\d{1,10}$/.test(noted)) return undefined;
  const commandLine = await files.read(`/proc/${noted}/cmdline`);
  return commandLine?.split('\0').includes(configWord(paths)) === true ? Number(noted) : undefined;
}

/** Lets dnsmasq check a configuration. @throws PlatformError with its own words */
export async function testConfig(
  { runner, binary }: ServerEnvironment,
  config: string,
  key: string,
  options: OperationOptions,
): Promise<void> {
  const { exitCode, stderr, stdout } = await runner.run([binary, '--test', `--conf-file=${config}`], {
    ...options,
    accept: 'any',
    timeoutMs: START_MS,
  });
  if (exitCode === 0) return;
  throw new PlatformError({
    operation: 'configure the DHCP server of',
    object: key,
    detail: (stderr.trim() || stdout.trim()).replace(/^dnsmasq: /, ''),
    hint: 'nothing was changed',
  });
}

/** Starts the server and waits until it serves. @throws PlatformError with the last words of its log */
export async function startServer(
  environment: ServerEnvironment,
  paths: ServerPaths,
  key: string,
  { signal }: OperationOptions,
): Promise<number> {
  const { runner, files, binary, privileges } = environment;
  const words = [binary, configWord(paths), ...(await foregroundWords(privileges, files))];
  await files.remove(paths.log);
  const { pid, exited } = await runner.start(words, { logFile: paths.log });
  await files.write(paths.pid, `${pid}\n`);
  if (runner.dryRun) return pid;
  let ended: { exitCode: number | undefined } | undefined;
  void exited.then((end) => {
    ended = end;
  });
  const attempt = { operation: 'start the DHCP server of', object: key };
  for (let waited = 0; ; waited += POLL_MS) {
    const log = (await files.read(paths.log)) ?? '';
    if (ended !== undefined) {
      await files.remove(paths.pid);
      throw new PlatformError({
        ...attempt,
        detail: lastWords(log) ?? `it ended with status ${ended.exitCode}`,
        hint: 'is the device up and does it carry the server address, and is port 53 or 67 free there?',
      });
    }
    // Logged when all sockets are open, before the first request is read (dnsmasq.c).
    if (/started, version/.test(log)) return pid;
    if (waited >= START_MS || signal?.aborted) {
      await stopServer(environment, paths);
      throw new TimeoutError({
        ...attempt,
        detail: lastWords(log) ?? 'it said nothing',
        hint: `its log was ${paths.log}`,
      });
    }
    await sleep(POLL_MS);
  }
}

/** Ends the server, gently first; answers whether one ran. */
export async function stopServer(environment: ServerEnvironment, paths: ServerPaths): Promise<boolean> {
  const pid = await findServer(environment, paths);
  if (pid === undefined) return false;
  await environment.runner.signal(pid, 'SIGTERM');
  for (
    let waited = 0;
    !environment.runner.dryRun && (await findServer(environment, paths)) === pid;
    waited += POLL_MS
  ) {
    if (waited === STOP_MS) await environment.runner.signal(pid, 'SIGKILL');
    if (waited > 2 * STOP_MS) {
      throw new TimeoutError({
        operation: 'stop the DHCP server with pid',
        object: String(pid),
        detail: 'it outlived SIGKILL',
      });
    }
    await sleep(POLL_MS);
  }
  await environment.files.remove(paths.pid);
  return true;
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
