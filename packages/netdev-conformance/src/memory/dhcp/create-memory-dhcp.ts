import {
  AbortedError,
  ClosedError,
  createHostIndex,
  createHostParser,
  type DhcpCapability,
  type DhcpChange,
  type DhcpDriver,
  type DhcpOptions,
  type Key,
  NetworkNotServedError,
  neededDhcpCapabilities,
  type OperationOptions,
  type ParsedDhcpNetwork,
  PlatformError,
  parseDhcpNetwork,
  parseHostIdentity,
  parseInteger,
  parseIpAddress,
  parseKey,
  parsePositions,
  UnsupportedError,
} from 'netdev-core';
import { findByName, type NetworkStack } from '../network-stack.js';
import { followJournals } from './follow-journals.js';
import { hasPlace, isSupersetOf, type MemoryDhcpServer } from './leasing.js';
import { MemoryJournal, parseMemoryPosition } from './memory-journal.js';

/** What a memory host's DHCP driver is made with. It serves IPv4 to those that its device reaches. */
export interface MemoryDhcpOptions extends DhcpOptions {
  /** What the driver is to lack, for trying how a program does without. */
  without?: readonly DhcpCapability[];
}

/** The servers of one stack, and who waits for news of their leases. */
export interface MemoryDhcpServers {
  readonly byKey: Map<string, MemoryDhcpServer>;
  readonly listeners: Set<() => void>;
}

const everything: readonly DhcpCapability[] = ['dns', 'events', 'release'];

/** A DHCP driver over the servers of one stack of a host in memory. */
export function createMemoryDhcp(
  servers: MemoryDhcpServers,
  stack: NetworkStack,
  options: MemoryDhcpOptions = {},
): DhcpDriver {
  const capabilities = new Set(everything.filter((capability) => !options.without?.includes(capability)));
  const journalEvents = parseInteger(options.journalEvents ?? 8192, 'journalEvents', 1, 1_000_000);
  /** The servers that this driver started or took over. */
  const known = new Set<string>();
  const closing = new AbortController();

  const begin = (operation: string, callOptions?: OperationOptions): void => {
    if (closing.signal.aborted) throw new ClosedError({ operation, object: 'DHCP of the memory host' });
    if (callOptions?.signal?.aborted) throw new AbortedError({ operation, cause: callOptions.signal.reason });
  };
  const need = (capability: DhcpCapability, operation: string, object?: string): void => {
    if (capabilities.has(capability)) return;
    throw new UnsupportedError({
      operation,
      object,
      detail: everything.includes(capability)
        ? `the memory host was made without ${capability}`
        : `the memory host has no ${capability}`,
    });
  };
  const serve = (network: ParsedDhcpNetwork): DhcpChange => {
    for (const { capability, what } of neededDhcpCapabilities(network)) need(capability, 'serve', what);
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
    const leases = (present?.leases ?? []).filter((lease) => hasPlace(network, lease));
    const journal = present?.journal ?? new MemoryJournal(network.key, journalEvents);
    journal.keep = journalEvents;
    servers.byKey.set(network.key, { network, running: true, leases, journal });
    for (const listener of servers.listeners) listener();
    return { change: done };
  };
  const served = (key: string): MemoryDhcpServer => {
    const server = servers.byKey.get(parseKey(key));
    if (server !== undefined) return server;
    throw new NetworkNotServedError({ operation: 'change the hosts of', object: key });
  };
  const change = (
    network: ParsedDhcpNetwork,
    present: MemoryDhcpServer | undefined,
  ): DhcpChange['change'] => {
    if (present?.running !== true) return 'started';
    const isSame = (part: (of: ParsedDhcpNetwork) => unknown): boolean =>
      JSON.stringify(part(present.network)) === JSON.stringify(part(network));
    if (!isSame(({ hosts: _, names: __, options: ___, ...rest }) => rest)) return 'restarted';
    if (!isSame((whole) => whole)) return isSupersetOf(network, present.network) ? 'added' : 'reloaded';
    return known.has(network.key) ? 'none' : 'adopted';
  };
  const close = async (): Promise<void> => closing.abort();

  return {
    name: 'dhcp-memory',
    capabilities,

    async ensure(given, callOptions) {
      begin('ensure DHCP server', callOptions);
      return serve(parseDhcpNetwork(given));
    },

    async ensureHost(key, given, callOptions) {
      begin('change the hosts of', callOptions);
      const { network } = served(key);
      const host = createHostParser(network)(given);
      const hosts = createHostIndex(network.hosts);
      hosts.put(host);
      return serve({ ...network, hosts: [...hosts] });
    },

    async removeHost(key, identity, callOptions) {
      begin('change the hosts of', callOptions);
      const { network } = served(key);
      const hosts = createHostIndex(network.hosts);
      const host = hosts.find(parseHostIdentity(identity));
      if (host === undefined) return { change: 'none' };
      hosts.delete(host);
      return serve({ ...network, hosts: [...hosts] });
    },

    async remove(key, { keepLeases = false, ...callOptions } = {}) {
      begin('remove DHCP server', callOptions);
      const parsed = parseKey(key);
      const server = servers.byKey.get(parsed);
      known.delete(parsed);
      if (server === undefined) return false;
      const ran = server.running;
      server.running = false;
      server.journal.lose();
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
          serverAddress: network.subnets[0].serverAddress,
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
      server.journal.add({ type: 'removed', network: parsed, lease });
      for (const listener of servers.listeners) listener();
      return true;
    },

    events(key, callOptions = {}) {
      begin('follow lease events');
      const parsed = key === undefined ? undefined : parseKey(key);
      const after = parsePositions(callOptions.after, parsed);
      need('events', 'follow lease events');
      const journals = (): MemoryJournal[] =>
        [...servers.byKey.values()]
          .map(({ journal }) => journal)
          .filter(({ network }) => parsed === undefined || network === parsed);
      return followJournals({
        journals,
        from: new Map([
          ...journals().map(({ network, last }) => [network, last] as const),
          ...[...after].map(([network, position]) => [network, parseMemoryPosition(position)] as const),
        ]),
        listeners: servers.listeners,
        signals: [closing.signal, callOptions.signal],
      });
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}
