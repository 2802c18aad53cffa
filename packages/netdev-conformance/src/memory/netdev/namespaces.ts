import {
  DeviceExistsError,
  type NetDevDriver,
  parseInterfaceName,
  parseNamespaceName,
  parseNamespaceRef,
} from 'netdev-core';
import { dropLink, relocateLink, requireLink } from '../link-operations.js';
import { stackOf } from '../memory-stacks.js';
import { createNetworkStack, LOOPBACK_INDEX } from '../network-stack.js';
import type { MemoryNetDevOptions, MemorySession } from './session.js';

type Namespaces = Pick<
  NetDevDriver,
  'createNamespace' | 'deleteNamespace' | 'listNamespaces' | 'moveLink' | 'inNamespace'
>;

/** Makes and enters the other stacks of a host; `open` makes a driver for one. */
export function createMemoryNamespaces(
  { stacks, stack, options, begin, need, done }: MemorySession,
  open: (options: MemoryNetDevOptions) => NetDevDriver,
): Namespaces {
  return {
    async createNamespace(name, callOptions) {
      begin('create namespace', callOptions);
      const parsed = parseNamespaceName(name, 'name');
      need('namespaces', 'create namespace', parsed);
      if (stacks.named.has(parsed)) {
        throw new DeviceExistsError({
          operation: 'create namespace',
          object: parsed,
          detail: 'a namespace of this name exists',
        });
      }
      stacks.named.set(parsed, createNetworkStack(parsed));
      done({ do: 'create-namespace', name: parsed });
    },

    async deleteNamespace(name, callOptions) {
      begin('delete namespace', callOptions);
      const parsed = parseNamespaceName(name, 'name');
      need('namespaces', 'delete namespace', parsed);
      const gone = stacks.named.get(parsed);
      if (gone === undefined) return false;
      for (const link of [...gone.links.values()]) {
        if (link.index !== LOOPBACK_INDEX && gone.links.get(link.index) === link) dropLink(gone, link);
      }
      stacks.named.delete(parsed);
      done({ do: 'delete-namespace', name: parsed });
      return true;
    },

    async listNamespaces(callOptions) {
      begin('list namespaces', callOptions);
      need('namespaces', 'list namespaces');
      return [...stacks.named.keys()].sort();
    },

    async moveLink(name, target, callOptions) {
      begin('move link', callOptions);
      const parsed = parseInterfaceName(name);
      const namespace = parseNamespaceRef(target);
      need('namespaces', 'move link', parsed);
      const link = requireLink(stack, parsed, 'move link');
      relocateLink(stack, link, stackOf(stacks, namespace, 'move link to'), namespace);
      done({ do: 'move-link', name: parsed, namespace });
    },

    async inNamespace(target, callOptions) {
      begin('open namespace', callOptions);
      const namespace = parseNamespaceRef(target);
      need('namespaces', 'open namespace', JSON.stringify(namespace));
      return open({ ...options, namespace });
    },
  };
}
