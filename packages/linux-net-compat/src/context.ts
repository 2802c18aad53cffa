import type { DhcpDriver, NetDevDriver } from 'netdev-core';
import type { HostFiles, HostLocks, Runner } from 'netdev-exec';
import type { LinuxNetConf } from './conf/linux-net-conf.js';
import type { FaultMode } from './faults.js';
import type { SecurityGroupLookup } from './instance-filter/security-groups.js';
import type { NetworkRules } from './rules/network-rules.js';

/** One fixed address of a guest, as the look-up answers it: a record of the original's shape. */
export type FixedIp = Readonly<Record<string, unknown>>;

/** Asks the program's own records for the fixed addresses of a network, of one host or of all. */
export type FixedIpLookup = (query: {
  network: unknown;
  host: string | undefined;
}) => Promise<readonly FixedIp[]>;

/** One instance's options and seams to the host. */
export interface HostContext {
  readonly conf: LinuxNetConf;
  /** What wrapped chains start with; at most 16 characters. */
  readonly binaryName: string;
  readonly faults: FaultMode;
  readonly runner: Runner;
  readonly files: HostFiles;
  readonly locks: HostLocks;
  readonly fixedIps: FixedIpLookup;
  readonly securityGroups: SecurityGroupLookup;
  /** The driver of devices; found on first use. */
  netdev(): Promise<NetDevDriver>;
  /** The driver of DHCP servers, found on first use; `undefined`: dnsmasq with the original's own files. */
  readonly dhcp: (() => Promise<DhcpDriver>) | undefined;
  now(): Date;
  /** Waits for so many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
}

/** What a function of the module works with: the host, and the rules that it is to have. */
export interface LinuxNetContext extends HostContext {
  readonly rules: NetworkRules;
}
