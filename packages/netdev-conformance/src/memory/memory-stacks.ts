import { type NamespaceRef, type PciAddress, PlatformError } from 'netdev-core';
import type { NetworkStack } from './network-stack.js';
import type { MemoryVirtualFunction } from './virtual-functions.js';

/** The stacks of a host: its own, and those with a name. */
export interface MemoryStacks {
  readonly own: NetworkStack;
  readonly named: Map<string, NetworkStack>;
  /** The virtual functions of its network cards, by PCI address. */
  readonly pci: Map<PciAddress, MemoryVirtualFunction>;
}

/**
 * The stack that a reference means: by name, or by the path that Linux gives a name. A process id
 * means nothing here.
 *
 * @throws PlatformError when there is none
 */
export function stackOf(
  stacks: MemoryStacks,
  ref: NamespaceRef | undefined,
  operation: string,
): NetworkStack {
  if (ref === undefined) return stacks.own;
  const name =
    'name' in ref ? ref.name : 'path' in ref ? /^\/run\/netns\/([^/]+)$/.exec(ref.path)?.[1] : undefined;
  const stack = name === undefined ? undefined : stacks.named.get(name);
  if (stack !== undefined) return stack;
  throw new PlatformError({
    operation,
    object: JSON.stringify(ref),
    detail: 'there is no such namespace',
    hint: 'create the namespace first',
  });
}
