import { moveLayer3, type NetDevDriver, parseNamespaceRef, runBatch } from 'netdev-core';
import { type MemoryStacks, stackOf } from '../memory-stacks.js';
import { createMemoryBridgeVlans } from './bridge-vlans.js';
import { createMemoryLayer3 } from './layer3.js';
import { createMemoryLinks } from './links.js';
import { createMemoryNamespaces } from './namespaces.js';
import { createMemoryNeighbours } from './neighbours.js';
import { createMemoryRules } from './rules.js';
import { createMemorySession, type MemoryNetDevOptions } from './session.js';
import { createMemoryVirtualFunctions } from './virtual-functions.js';
import { watchStack } from './watch.js';

/** A device driver for one stack of a host in memory. It behaves as the contract says, and nothing is real. */
export function createMemoryNetDev(stacks: MemoryStacks, given: MemoryNetDevOptions = {}): NetDevDriver {
  const options =
    given.namespace === undefined ? given : { ...given, namespace: parseNamespaceRef(given.namespace) };
  const session = createMemorySession(stacks, stackOf(stacks, options.namespace, 'open'), options);
  const close = async (): Promise<void> => session.close();
  const driver: NetDevDriver = {
    name: 'netdev-memory',
    capabilities: session.capabilities,
    ...createMemoryLinks(session),
    ...createMemoryLayer3(session),
    ...createMemoryNeighbours(session),
    ...createMemoryBridgeVlans(session),
    ...createMemoryRules(session),
    ...createMemoryVirtualFunctions(session),
    ...createMemoryNamespaces(session, (other) => createMemoryNetDev(stacks, other)),
    async moveLayer3(from, to, callOptions) {
      session.begin('move layer 3', callOptions);
      return moveLayer3(driver, from, to, callOptions);
    },
    watch: (callOptions) => watchStack(session, callOptions),
    async batch(operations, callOptions) {
      session.begin('do a batch', callOptions);
      await runBatch(driver, operations, callOptions);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return driver;
}
