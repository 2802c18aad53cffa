import type { NetDevDriver, NetDevOptions } from 'netdev-core';
import { createMemoryNetDev } from './memory-netdev.js';
import { createNetworkStack } from './network-stack.js';

/** A host whose network lives in memory: for tests of programs, for dry runs, and to prove the suites on. */
export interface MemoryHost {
  /** A device driver for the host, or for one of its namespaces. */
  netdev(options?: NetDevOptions): Promise<NetDevDriver>;
}

/** A fresh host: a loopback device that is down, and nothing else. */
export function createMemoryHost(): MemoryHost {
  const stacks = { own: createNetworkStack(), named: new Map() };
  return { netdev: async (options) => createMemoryNetDev(stacks, options) };
}
