import type { NetDevDriver } from 'netdev-core';
import type { MemoryStacks } from './memory-stacks.js';
import { createMemoryNetDev } from './netdev/create-memory-netdev.js';
import type { MemoryNetDevOptions } from './netdev/session.js';
import { createNetworkStack } from './network-stack.js';

/** A host whose network lives in memory: for tests of programs, for dry runs, and to prove the suites on. */
export interface MemoryHost {
  /** A device driver for the host, or for one of its namespaces. */
  netdev(options?: MemoryNetDevOptions): Promise<NetDevDriver>;
}

/** A fresh host: a loopback device that is down, and nothing else. It is modelled on Linux. */
export function createMemoryHost(): MemoryHost {
  const stacks: MemoryStacks = { own: createNetworkStack(), named: new Map() };
  return { netdev: async (options) => createMemoryNetDev(stacks, options) };
}
