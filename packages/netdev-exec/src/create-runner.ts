import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { delimiter } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError, type NamespaceRef, parseInteger, TimeoutError } from 'netdev-core';
import { checkedArgv } from './checked-argv.js';
import { acceptedResult, commandFailure, ending, missingTool, toolNotFound } from './failure.js';
import { feedOf } from './input.js';
import { namespacePrefix } from './namespace-prefix.js';
import { withRetries } from './retries.js';
import type { Runner, RunOptions, RunResult, StartedProcess, StartOptions } from './runner.js';
import { shellCommand } from './shell-quote.js';

/** What a runner on this host is made with. */
export interface RunnerOptions {
  /** Run everything in this namespace. */
  namespace?: NamespaceRef | undefined;
  /** Run everything through `sudo -n`, but for what needs no privilege: no password is ever asked for. */
  sudo?: boolean | undefined;
}

/** Where system programs are; an ordinary user's PATH often lacks these folders. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Messages are matched by their text, so programs have to speak one language. */
function environment(): Record<string, string> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const PATH = [...folders, ...systemFolders.filter((folder) => !folders.includes(folder))].join(delimiter);
  return { PATH, LC_ALL: 'C' };
}

/** The runner that runs programs on this host. */
export function createRunner(options: RunnerOptions = {}): Runner {
  const entering =
    options.namespace === undefined ? [] : namespacePrefix(options.namespace, process.platform);
  const prefix = options.sudo === true ? ['sudo', '-n', '--', ...entering] : entering;
  // Entering a namespace is privileged whatever runs in it.
  const prefixOf = ({ privileged = true }: RunOptions): string[] =>
    privileged || entering.length > 0 ? prefix : [];
  return {
    dryRun: false,
    run: async (argv, runOptions = {}) => {
      const full = [...prefixOf(runOptions), ...checkedArgv(argv)];
      return withRetries(argv, runOptions, () => runOnce(full, argv, runOptions));
    },
    start: async (argv, startOptions = {}) =>
      startProcess([...prefix, ...checkedArgv(argv)], argv, startOptions),
    signal: async (pid, name) => sendSignal(pid, name),
    inNamespace: (namespace) => createRunner({ ...options, namespace }),
  };
}

async function runOnce(
  full: readonly string[],
  argv: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  if (options.signal?.aborted) throw new AbortedError({ operation: 'run', object: shellCommand(argv) });
  const { execa } = await import('execa');
  const [file = '', ...args] = full;
  const running = execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    env: { ...environment(), ...options.env },
    stdin: options.stdin === undefined ? 'ignore' : 'pipe',
    ...(options.stdin === undefined ? {} : { input: feedOf(options.stdin) }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  const early = options.until === undefined ? [] : [printed(running.stdout, options.until)];
  const ended = await Promise.race([running, ...early]);
  if (typeof ended === 'string') return { argv: [...argv], exitCode: 0, stdout: ended, stderr: '' };
  const result: RunResult = {
    argv: [...argv],
    exitCode: ended.exitCode,
    stdout: ended.stdout ?? '',
    stderr: ended.stderr ?? '',
  };
  const about = { operation: 'run', object: shellCommand(argv) };
  if (ended.isCanceled) throw new AbortedError(about);
  if (ended.timedOut)
    throw new TimeoutError({ ...about, detail: `it did not end within ${options.timeoutMs} ms` });
  if (ended.code === 'ENOENT') throw missingTool(file, argv, ended.cause);
  return acceptedResult(result, options, ending(ended.exitCode, ended.signal, ended.originalMessage));
}

/** Settles with what was printed up to a text, as soon as it is there; never where it does not come. */
function printed(stdout: Readable, text: string): Promise<string> {
  return new Promise((settle) => {
    let soFar = '';
    stdout.on('data', (chunk: Buffer) => {
      soFar += chunk.toString('utf8');
      if (soFar.includes(text)) settle(soFar);
    });
  });
}

async function startProcess(
  full: readonly string[],
  argv: readonly string[],
  options: StartOptions,
): Promise<StartedProcess> {
  const [file = '', ...args] = full;
  const log = options.logFile === undefined ? undefined : await open(options.logFile, 'a', 0o640);
  try {
    const { onOutput } = options;
    const errors = log === undefined ? 'ignore' : log.fd;
    const child = spawn(file, args, {
      detached: true,
      env: { ...process.env, ...environment(), ...options.env },
      stdio: ['ignore', onOutput === undefined ? errors : 'pipe', errors],
    });
    child.unref();
    if (onOutput !== undefined) listen(child.stdout as Socket, onOutput);
    const exited = endOf(child);
    const early = await settledWithin(
      exited,
      child.pid === undefined ? Number.POSITIVE_INFINITY : (options.settleMs ?? 0),
    );
    if (early !== undefined || child.pid === undefined) {
      const stderr = log === undefined ? '' : await tail(options.logFile as string);
      const result = { argv: [...argv], exitCode: early?.exitCode, stdout: '', stderr };
      if (early?.code === 'ENOENT') throw missingTool(file, argv);
      const missing = toolNotFound(result);
      throw missing === undefined
        ? commandFailure(result, ending(early?.exitCode, early?.signal))
        : missingTool(missing, argv);
    }
    const end = exited.then(({ exitCode, signal }) => ({ exitCode, signal }));
    return {
      pid: child.pid,
      exited: end,
      wait: () => {
        child.ref();
        return end;
      },
    };
  } finally {
    await log?.close();
  }
}

/** The pipe does not keep this program alive. */
function listen(output: Socket, onOutput: (text: string) => void): void {
  output.setEncoding('utf8');
  output.on('data', onOutput);
  output.unref();
}

function endOf(
  child: ChildProcess,
): Promise<{ exitCode: number | undefined; signal: NodeJS.Signals | undefined; code?: string }> {
  return new Promise((settle) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle({
        exitCode: undefined,
        signal: undefined,
        ...(error.code === undefined ? {} : { code: error.code }),
      });
    });
    child.once('exit', (exitCode, signal) =>
      settle({ exitCode: exitCode ?? undefined, signal: signal ?? undefined }),
    );
  });
}

async function settledWithin<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  if (milliseconds === Number.POSITIVE_INFINITY) return promise;
  if (milliseconds <= 0) return undefined;
  const stop = new AbortController();
  const pause = sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, pause]);
  } finally {
    stop.abort();
  }
}

async function tail(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    return (await file.readFile('utf8')).slice(-2000);
  } finally {
    await file.close();
  }
}

function sendSignal(pid: number, name: NodeJS.Signals | 0): boolean {
  parseInteger(pid, 'pid', 1, 4_194_304, 'a process id');
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    // EPERM says that there is one, which is all that signal 0 asks.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || (code === 'EPERM' && name === 0)) return code !== 'ESRCH';
    throw error;
  }
}
