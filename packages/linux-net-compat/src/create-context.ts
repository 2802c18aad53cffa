import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DhcpDriver, type NetDevDriver, type PluginKinds, resolve } from 'netdev-core';
import { createHostFiles, createRunner, type HostFiles, type Runner } from 'netdev-exec';
import { createConf } from './conf/create-conf.js';
import type { LinuxNetConf } from './conf/linux-net-conf.js';
import type { FixedIpLookup, LinuxNetContext } from './context.js';
import type { FaultMode } from './faults.js';

/** What an instance is made from. Everything has a default. */
export interface LinuxNetOptions {
  /** Options by their original names, over the defaults. */
  conf?: Partial<LinuxNetConf>;
  /** What wrapped chains start with. Left out: the program's name. Cut to 16 characters. */
  binaryName?: string;
  /** The program's path, for its name. Left out: the running one's. */
  program?: string;
  /** Left out: `mend`. */
  faults?: FaultMode;
  /** A driver, or the name of one. Left out: the platform's. */
  netdev?: NetDevDriver | string;
  /** A driver, or the name of one. Left out: dnsmasq. */
  dhcp?: DhcpDriver | string;
  runner?: Runner;
  files?: HostFiles;
  /** Left out: there are none. */
  fixedIps?: FixedIpLookup;
  now?: () => Date;
  /** Waits for so many milliseconds. */
  sleep?: (milliseconds: number) => Promise<void>;
}

/** The longest owner's part of a wrapped chain's name: longer ones would not fit into iptables' 28 characters. */
const BINARY_NAME_MAX = 16;

/** The name that wrapped chains get when nobody gives one: the program's, cut to 16 characters. */
export function getBinaryName(program = process.argv[1] ?? process.execPath): string {
  return basename(program).slice(0, BINARY_NAME_MAX);
}

/** @throws InvalidArgumentError for an unknown option or a value of the wrong type */
export function createContext(options: LinuxNetOptions = {}): LinuxNetContext {
  return {
    conf: createConf(options.conf),
    binaryName: options.binaryName?.slice(0, BINARY_NAME_MAX) ?? getBinaryName(options.program),
    faults: options.faults ?? 'mend',
    runner: options.runner ?? createRunner(),
    files: options.files ?? createHostFiles(),
    fixedIps: options.fixedIps ?? (async () => []),
    netdev: once(async () => driverOf('netdev', options.netdev)),
    dhcp: once(async () => driverOf('dhcp', options.dhcp)),
    now: options.now ?? (() => new Date()),
    sleep: options.sleep ?? (async (milliseconds) => void (await wait(milliseconds))),
  };
}

async function driverOf<Kind extends 'netdev' | 'dhcp'>(
  kind: Kind,
  given: PluginKinds[Kind]['driver'] | string | undefined,
): Promise<PluginKinds[Kind]['driver']> {
  return given === undefined || typeof given === 'string' ? resolve(kind, given) : given;
}

/** One driver for all callers; after a failure the next caller tries again. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
