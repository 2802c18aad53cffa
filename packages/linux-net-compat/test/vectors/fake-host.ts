import { createMemoryHost } from 'netdev-conformance';
import { type AddressSpec, CommandError, type NetDevDriver } from 'netdev-core';
import { createMemoryFiles, type HostFiles, type Runner, type RunOptions, type RunResult } from 'netdev-exec';
import type { Vector } from './vector.js';

/** A command that the package ran. */
export interface RanCommand {
  argv: readonly string[];
  stdin: string | null;
  accept: readonly number[] | 'any';
  attempts: number;
  stdout: string;
}

/** The host of a vector: it answers as recorded and keeps account. */
export interface FakeHost {
  runner: Runner;
  files: HostFiles;
  netdev(): Promise<NetDevDriver>;
  commands: RanCommand[];
  writes: Map<string, string>;
  sleeps: number[];
  sleep(milliseconds: number): Promise<void>;
  /** `DEVICE CIDR`, sorted. */
  addresses(): Promise<string[]>;
}

export function createFakeHost({ host }: Vector): FakeHost {
  const replies = (host.replies ?? []).map((reply) => ({
    ...reply,
    left: reply.times ?? Number.POSITIVE_INFINITY,
  }));
  const commands: RanCommand[] = [];
  const writes = new Map<string, string>();
  const sleeps: number[] = [];
  const files = createMemoryFiles(host.files ?? {});
  const answer = (argv: readonly string[], accept: readonly number[] | 'any'): RunResult => {
    const reply = replies.find(
      ({ match, left }) => left > 0 && match.every((word, index) => word === argv[index]),
    );
    if (reply !== undefined) reply.left -= 1;
    const result = {
      argv,
      exitCode: reply?.exit ?? 0,
      stdout: reply?.stdout ?? '',
      stderr: reply?.stderr ?? '',
    };
    if (accept === 'any' || accept.includes(result.exitCode)) return result;
    throw new CommandError(result, { operation: 'run', object: argv.join(' '), detail: result.stderr });
  };
  const runner: Runner = {
    dryRun: false,
    run: async (argv: readonly string[], { stdin, accept = [0], attempts = 1 }: RunOptions = {}) => {
      const ran = { argv, stdin: stdin ?? null, accept, attempts, stdout: '' };
      commands.push(ran);
      const result = answer(argv, accept);
      ran.stdout = result.stdout;
      return result;
    },
    start: async () => Promise.reject(new Error('a vector starts no process that stays')),
    signal: async () => false,
    inNamespace: () => runner,
  };
  const memory = createMemoryHost();
  const withDevice = async (link: string): Promise<NetDevDriver> => {
    const driver = await memory.netdev();
    if (!(await driver.linkExists(link))) await driver.createLink({ kind: 'dummy', name: link });
    return driver;
  };
  const ipAccepts = [0, 2, 254];
  return {
    runner,
    files: {
      ...files,
      write: async (path, text, options) => {
        writes.set(path, text);
        await files.write(path, text, options);
      },
    },
    netdev: async () => {
      const driver = await memory.netdev();
      return {
        ...driver,
        ensureAddress: async (spec: AddressSpec) => {
          const scope = spec.scope === undefined ? [] : ['scope', spec.scope];
          answer(['ip', 'addr', 'add', spec.cidr, ...scope, 'dev', spec.link], ipAccepts);
          return (await withDevice(spec.link)).ensureAddress(spec);
        },
        deleteAddress: async (link: string, cidr: string) => {
          answer(['ip', 'addr', 'del', cidr, 'dev', link], ipAccepts);
          return (await withDevice(link)).deleteAddress(link, cidr);
        },
      };
    },
    commands,
    writes,
    sleeps,
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds / 1000);
    },
    addresses: async () =>
      (await (await memory.netdev()).listAddresses()).map(({ link, cidr }) => `${link} ${cidr}`).sort(),
  };
}
