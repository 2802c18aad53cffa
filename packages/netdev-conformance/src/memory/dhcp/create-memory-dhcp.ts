import {
  AbortedError,
  ClosedError,
  type DhcpCapability,
  type DhcpChange,
  type DhcpDriver,
  type DhcpLeaseEvent,
  type DhcpOptions,
  type Key,
  type OperationOptions,
  type ParsedDhcpNetwork,
  PlatformError,
  parseDhcpNetwork,
  parseIpAddress,
  parseKey,
  UnsupportedError,
} from 'netdev-core';
import { eventStream } from '../event-stream.js';
import { findByName, type NetworkStack } from '../network-stack.js';
import type { MemoryDhcpServer } from './leasing.js';

/** What a memory host's DHCP driver is made with. */
export interface MemoryDhcpOptions extends DhcpOptions {
  /** What the driver is to lack, for trying how a program does without. */
  without?: readonly DhcpCapability[];
}

/** The servers of one stack, and who listens to their leases. */
export interface MemoryDhcpServers {
  readonly byKey: Map<string, MemoryDhcpServer>;
  readonly listeners: Set<(event: DhcpLeaseEvent) => void>;
}

const everything: readonly DhcpCapability[] = ['dns', 'events', 'release'];

/** A DHCP driver over the servers of one stack of a host in memory. */
export function createMemoryDhcp(
  servers: MemoryDhcpServers,
  stack: NetworkStack,
  options: MemoryDhcpOptions = {},
): DhcpDriver {
  const capabilities = new Set(everything.filter((capability) => !options.without?.includes(capability)));
  /** The servers that this driver started or took over. */
  const known = new Set<string>();
  const closing = new AbortController();

  const begin = (operation: string, callOptions?: OperationOptions): void => {
    if (closing.signal.aborted) throw new ClosedError({ operation, object: 'DHCP of the memory host' });
    if (callOptions?.signal?.aborted) throw new AbortedError({ operation, cause: callOptions.signal.reason });
  };
  const need = (capability: DhcpCapability, operation: string): void => {
    if (capabilities.has(capability)) return;
    throw new UnsupportedError({ operation, detail: `the memory host was made without ${capability}` });
  };
  const change = (
    network: ParsedDhcpNetwork,
    present: MemoryDhcpServer | undefined,
  ): DhcpChange['change'] => {
    if (present?.running !== true) return 'started';
    const isSame = (part: (of: ParsedDhcpNetwork) => unknown): boolean =>
      JSON.stringify(part(present.network)) === JSON.stringify(part(network));
    if (!isSame(({ hosts: _, names: __, options: ___, ...rest }) => rest)) return 'restarted';
    if (!isSame((whole) => whole)) return 'reloaded';
    return known.has(network.key) ? 'none' : 'adopted';
  };
  const close = async (): Promise<void> => closing.abort();

  return {
    name: 'dhcp-memory',
    capabilities,

    async ensure(given, callOptions) {
      begin('ensure DHCP server', callOptions);
      const network = parseDhcpNetwork(given);
      if (network.names.length > 0) need('dns', 'serve names');
      if (findByName(stack, network.interface) === undefined) {
        throw new PlatformError({
          operation: 'start DHCP server',
          object: network.key,
          detail: `there is no device ${network.interface}`,
        });
      }
      const present = servers.byKey.get(network.key);
      const done = change(network, present);
      known.add(network.key);
      servers.byKey.set(network.key, { network, running: true, leases: present?.leases ?? [] });
      return { change: done };
    },

    async remove(key, { keepLeases = false, ...callOptions } = {}) {
      begin('remove DHCP server', callOptions);
      const parsed = parseKey(key);
      const server = servers.byKey.get(parsed);
      known.delete(parsed);
      if (server === undefined) return false;
      const ran = server.running;
      server.running = false;
      if (keepLeases) return ran;
      servers.byKey.delete(parsed);
      return true;
    },

    async list(callOptions) {
      begin('list DHCP servers', callOptions);
      return [...servers.byKey.values()]
        .filter(({ running }) => running)
        .map(({ network, running }) => ({
          key: network.key as Key,
          running,
          interface: network.interface,
          serverAddress: network.serverAddress,
        }));
    },

    async leases(key, callOptions) {
      begin('list leases', callOptions);
      return structuredClone(servers.byKey.get(parseKey(key))?.leases ?? []);
    },

    async release(key, address, callOptions) {
      begin('release lease', callOptions);
      const parsed = parseKey(key);
      const wanted = parseIpAddress(address);
      need('release', 'release lease');
      const server = servers.byKey.get(parsed);
      const lease = server?.leases.find((held) => held.address === wanted);
      if (server === undefined || lease === undefined) return false;
      server.leases = server.leases.filter((held) => held !== lease);
      for (const listener of servers.listeners) listener({ type: 'removed', network: parsed, lease });
      return true;
    },

    events(key, callOptions = {}) {
      begin('follow lease events');
      const parsed = key === undefined ? undefined : parseKey(key);
      need('events', 'follow lease events');
      return eventStream(servers.listeners, ({ network }) => parsed === undefined || network === parsed, [
        closing.signal,
        callOptions.signal,
      ]);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}
