import type { NetworkInterface } from './network-interface.js';

/** A network stack of the simulated kernel: the host's own, or that of a vnet jail. */
export interface Vnet {
  /** The name of its jail; `undefined`: the host. */
  readonly jail: string | undefined;
  /** In the kernel's order. */
  readonly interfaces: NetworkInterface[];
}

export function createVnet(jail: string | undefined): Vnet {
  return { jail, interfaces: [] };
}
