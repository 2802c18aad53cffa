import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type DhcpDriver,
  type FirewallManager,
  InvalidArgumentError,
  type NetDevDriver,
  type PluginKinds,
  resolve,
} from 'netdev-core';
import {
  createHostFiles,
  createHostLocks,
  createMemoryLocks,
  createRunner,
  type HostFiles,
  type HostLocks,
  type Runner,
} from 'netdev-exec';
import { createConf } from './conf/create-conf.js';
import type { LinuxNetConf } from './conf/linux-net-conf.js';
import type { FixedIpLookup, HostContext, LinuxNetContext } from './context.js';
import type { FaultMode } from './faults.js';
import { noSecurityGroups, type SecurityGroupLookup } from './instance-filter/security-groups.js';
import { once } from './once.js';
import { createRules } from './rules/create-rules.js';

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
  /**
   * A firewall, or the name of one. Left out: the platform's. With one that has raw tables (iptables) the
   * rules are the original's; with another the functions for networks work by its intents, and
   * `iptables_manager` is not supported.
   */
  firewall?: FirewallManager | string;
  /**
   * A driver, or the name of one. Left out, or `dhcp-dnsmasq`: dnsmasq with the original's files and command
   * lines to the letter. With any other the functions for DHCP work by its contract.
   */
  dhcp?: DhcpDriver | string;
  runner?: Runner;
  files?: HostFiles;
  /** Left out: locks between the processes of the host. */
  locks?: HostLocks;
  /** Left out: there are none. */
  fixedIps?: FixedIpLookup;
  /** For `IptablesFirewallDriver`. Left out: there are none. */
  securityGroups?: SecurityGroupLookup;
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
  const runner = options.runner ?? createRunner();
  const host: HostContext = {
    conf: createConf(options.conf),
    binaryName: binaryNameOf(options),
    faults: options.faults ?? 'mend',
    runner,
    files: options.files ?? createHostFiles(),
    locks: options.locks ?? (runner.dryRun ? createMemoryLocks() : createHostLocks()),
    fixedIps: options.fixedIps ?? (async () => []),
    securityGroups: options.securityGroups ?? noSecurityGroups,
    netdev: once(async () => driverOf('netdev', options.netdev)),
    dhcp: isOriginalDhcp(options.dhcp) ? undefined : once(async () => driverOf('dhcp', options.dhcp)),
    now: options.now ?? (() => new Date()),
    sleep: options.sleep ?? (async (milliseconds) => void (await wait(milliseconds))),
  };
  return { ...host, rules: createRules(host, options.firewall) };
}

/** What wrapped chains start with: a given name as it is, a program's with what no chain may have replaced. */
function binaryNameOf({ binaryName, program }: LinuxNetOptions): string {
  if (binaryName === undefined)
    return getBinaryName(program)
      .replace(/[^\w.-]/g, '_')
      .replace(/^[.-]/, '_');
  const name = binaryName.slice(0, BINARY_NAME_MAX);
  if (/^\w[\w.-]*$/.test(name)) return name;
  throw new InvalidArgumentError('binaryName', binaryName, 'a name of A-Z a-z 0-9 _ . -');
}

function isOriginalDhcp(given: DhcpDriver | string | undefined): boolean {
  return given === undefined || given === 'auto' || given === 'dhcp-dnsmasq';
}

async function driverOf<Kind extends 'netdev' | 'dhcp'>(
  kind: Kind,
  given: PluginKinds[Kind]['driver'] | string | undefined,
): Promise<PluginKinds[Kind]['driver']> {
  return given === undefined || typeof given === 'string' ? resolve(kind, given) : given;
}
