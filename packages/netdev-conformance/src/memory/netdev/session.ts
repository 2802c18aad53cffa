import {
  AbortedError,
  ClosedError,
  type NetDevCapability,
  type NetDevOperation,
  type NetDevOptions,
  type OperationOptions,
  UnsupportedError,
} from 'netdev-core';
import type { MemoryStacks } from '../memory-stacks.js';
import type { NetworkStack } from '../network-stack.js';

/** What a memory host's device driver is made with. */
export interface MemoryNetDevOptions extends NetDevOptions {
  /** What the driver is to lack, for trying how a program does without. */
  without?: readonly NetDevCapability[];
}

/** What the parts of one driver share. */
export interface MemorySession {
  readonly stacks: MemoryStacks;
  readonly stack: NetworkStack;
  readonly options: MemoryNetDevOptions;
  readonly capabilities: ReadonlySet<NetDevCapability>;
  /** To be called first by every operation. @throws ClosedError, AbortedError */
  begin(operation: string, options?: OperationOptions): void;
  /** @throws UnsupportedError */
  need(capability: NetDevCapability, operation: string, object?: string): void;
  /** The same for each of several. */
  needAll(capabilities: readonly NetDevCapability[], operation: string, object?: string): void;
  /** To be called after every change. */
  done(operation: NetDevOperation): void;
  /** Fires when the driver is closed. */
  readonly closed: AbortSignal;
  close(): void;
}

const everything: readonly NetDevCapability[] = [
  'bridge',
  'tap',
  'tun',
  'veth',
  'vlan',
  'vxlan',
  'macvlan',
  'macvtap',
  'dummy',
  'ifb',
  'spanning-tree',
  'port-settings',
  'all-multicast',
  'alternative-names',
  'tap-owner',
  'announce-ipv6',
  'neighbours',
  'route-properties',
  'route-kinds',
  'routing-tables',
  'address-properties',
  'provider-vlans',
  'vlan-filtering',
  'forwarding-database',
  'multiqueue',
  'namespaces',
  'watch',
  'announce',
  'metrics',
  'multipath',
  'routing-rules',
  'peer-addresses',
  'no-prefix-route',
  'sriov',
];

export function createMemorySession(
  stacks: MemoryStacks,
  stack: NetworkStack,
  options: MemoryNetDevOptions,
): MemorySession {
  const closing = new AbortController();
  const capabilities = new Set(everything.filter((capability) => !options.without?.includes(capability)));
  const need: MemorySession['need'] = (capability, operation, object) => {
    if (capabilities.has(capability)) return;
    throw new UnsupportedError({
      operation,
      object,
      detail: `the memory host was made without ${capability}`,
      hint: 'leave it out of `without`',
    });
  };
  return {
    stacks,
    stack,
    options,
    capabilities,
    closed: closing.signal,
    begin(operation, { signal } = {}) {
      if (closing.signal.aborted) throw new ClosedError({ operation, object: 'devices of the memory host' });
      if (signal?.aborted) throw new AbortedError({ operation, cause: signal.reason });
    },
    need,
    needAll(needed, operation, object) {
      for (const capability of needed) need(capability, operation, object);
    },
    done: (operation) => options.onOperation?.(operation, options.namespace),
    close: () => closing.abort(),
  };
}
