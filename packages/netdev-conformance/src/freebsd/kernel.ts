import { createVnet, type Vnet } from './vnet.js';

export type FreeBsdVersion = 13 | 14;

/** The state of the simulated kernel. */
export interface FreeBsdKernel {
  readonly version: FreeBsdVersion;
  readonly host: Vnet;
  /** By the name of the jail. */
  readonly jails: Map<string, Vnet>;
}

export function createKernel(version: FreeBsdVersion): FreeBsdKernel {
  return { version, host: createVnet(undefined), jails: new Map() };
}
