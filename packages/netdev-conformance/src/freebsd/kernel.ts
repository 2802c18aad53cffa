import type { FreeBsdDisk } from './disk.js';
import type { HostProcess } from './processes.js';
import { createVnet, type Vnet } from './vnet.js';

export type FreeBsdVersion = 13 | 14;

/** The state of the simulated kernel. */
export interface FreeBsdKernel {
  readonly version: FreeBsdVersion;
  readonly host: Vnet;
  /** By the name of the jail. */
  readonly jails: Map<string, Vnet>;
  readonly modules: Set<string>;
  readonly disk: FreeBsdDisk;
  /** Those that stay, by pid. */
  readonly processes: Map<number, HostProcess>;
  /** How many MAC addresses were made up. */
  madeUpMacs: number;
}

export function createKernel(version: FreeBsdVersion, disk: FreeBsdDisk): FreeBsdKernel {
  return {
    ...{ version, disk, host: createVnet(undefined) },
    ...{ jails: new Map(), modules: new Set(), processes: new Map(), madeUpMacs: 0 },
  };
}

/** All stacks, the host's first. */
export function allVnets(kernel: FreeBsdKernel): Vnet[] {
  return [kernel.host, ...kernel.jails.values()];
}

/** The next of the addresses that the kernel makes up, always the same in the same order. */
export function madeUpMac(kernel: FreeBsdKernel, prefix: string, lastOctet?: string): string {
  kernel.madeUpMacs += 1;
  const count = kernel.madeUpMacs.toString(16).padStart(4, '0');
  const tail = lastOctet === undefined ? [] : [lastOctet];
  return [prefix, count.slice(0, 2), count.slice(2), ...tail].join(':');
}
