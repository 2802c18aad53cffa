import { CommandError, type NetDevDriver } from 'netdev-core';
import { createMemoryFiles, type HostFiles, type Runner, type RunOptions, wholeInput } from 'netdev-exec';
import type { FixedIpLookup } from '../../src/context.js';
import { createAnsweringNetDev } from './devices/answering-netdev.js';
import type { DeviceWorld } from './devices/device-world.js';
import { isDeviceCommand, readDeviceCommand } from './devices/read-device-command.js';
import { createReplies } from './host-replies.js';
import { createOutcomes, internalPort, type RecordedCommand } from './recorded-run.js';
import type { Command, Vector } from './vector.js';

/** A command that the package ran, and what was printed. */
export interface RanCommand extends Command {
  stdout: string;
}

/** The host of a vector: it answers as recorded and keeps account. */
export interface FakeHost {
  runner: Runner;
  files: HostFiles;
  netdev: NetDevDriver;
  fixedIps: FixedIpLookup;
  sleep(milliseconds: number): Promise<void>;
  now(): Date;
  readonly commands: RanCommand[];
  readonly writes: Record<string, string>;
  /** `[path, mode]` for every file whose mode was said. */
  readonly modes: [path: string, mode: string][];
  /** In seconds. */
  readonly sleeps: number[];
  readonly queries: { host: string | null }[];
  /** What of the recorded commands that failed ours did otherwise. */
  failedOtherwise(): string[];
  /** Errors that stand for a command that failed in the original. */
  readonly failures: WeakSet<object>;
}

export function createFakeHost(
  vector: Vector,
  run: readonly RecordedCommand[],
  world: DeviceWorld,
): FakeHost {
  const commands: RanCommand[] = [];
  const writes: Record<string, string> = {};
  const modes: [string, string][] = [];
  const sleeps: number[] = [];
  const queries: { host: string | null }[] = [];
  const failures = new WeakSet<object>();
  const outcomes = createOutcomes(run);
  return {
    runner: createRecordedRunner(vector, world, commands),
    files: createRecordedFiles(vector.host.files, writes, modes),
    netdev: createAnsweringNetDev(world, outcomes, failures),
    fixedIps: async ({ host = null }) => {
      queries.push({ host });
      return vector.fixed_ips ?? [];
    },
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds / 1000);
    },
    now: () => new Date(vector.now ?? '2015-06-20T00:00:00Z'),
    commands,
    writes,
    modes,
    sleeps,
    queries,
    failedOtherwise: outcomes.otherwise,
    failures,
  };
}

function createRecordedRunner({ host }: Vector, world: DeviceWorld, commands: RanCommand[]): Runner {
  const answerTo = createReplies(host.replies);
  const runner: Runner = {
    dryRun: false,
    run: async (argv, options: RunOptions = {}) => {
      const { stdin, accept = [0], attempts = 1, privileged = true } = options;
      const { exit, stdout, stderr } = answerTo(argv);
      commands.push({
        argv: [...argv],
        stdin: wholeInput(stdin) ?? null,
        run_as_root: privileged,
        check_exit_code: accept === 'any' ? false : [...accept],
        ...(attempts === 1 ? {} : { attempts }),
        stdout,
      });
      const result = { argv, exitCode: exit, stdout, stderr };
      if (exit === 0) await changeDevices(world, argv);
      if (accept === 'any' || accept.includes(exit)) return result;
      throw new CommandError(result, { operation: 'run', object: argv.join(' '), detail: stderr });
    },
    start: async () => Promise.reject(new Error('a vector starts no process that stays')),
    signal: async () => Promise.reject(new Error('a vector signals by command')),
    inNamespace: () => runner,
  };
  return runner;
}

/** What a command that ran does to the devices; of words that mean nothing here it does nothing. */
async function changeDevices(world: DeviceWorld, argv: readonly string[]): Promise<void> {
  const port = internalPort(argv);
  if (port?.do === 'create-link' && !world.isListed(port.spec.name)) await world.apply(port);
  if (!isDeviceCommand(argv)) return;
  try {
    await world.apply(readDeviceCommand(argv));
  } catch {
    // As the recorded host: a command that it did not know changed nothing.
  }
}

function createRecordedFiles(
  initial: Record<string, string> | undefined,
  writes: Record<string, string>,
  modes: [string, string][],
): HostFiles {
  const files = createMemoryFiles(initial);
  const note = (path: string, mode: number): void => {
    modes.push([path, mode.toString(8).padStart(4, '0')]);
  };
  return {
    ...files,
    write: async (path, text, options) => {
      writes[path] = text;
      if (options?.mode !== undefined) note(path, options.mode);
      await files.write(path, text, options);
    },
    setMode: async (path, mode) => {
      note(path, mode);
      return files.setMode(path, mode);
    },
  };
}
