import type { NamespaceRef } from '../netdev/namespace.js';
import type { OperationOptions } from '../operation-options.js';
import type { IpAddress, Key } from '../values/index.js';
import type { DhcpEvent, DhcpEventsOptions } from './event.js';
import type { DhcpHost, DhcpHostIdentity } from './host.js';
import type { DhcpLease } from './lease.js';
import type { DhcpNetwork } from './network.js';

/** What every DHCP driver accepts when it is made. */
export interface DhcpOptions {
  /** Run the servers in this namespace instead of the process's own. */
  namespace?: NamespaceRef | undefined;
  /** Where configuration, leases and pid files live; made if missing. Left out: the driver's own choice. */
  directory?: string | undefined;
  /**
   * How many of a network's last lease events are kept at least, whether somebody listens or not, for who asks
   * for those `after` a position; 1 to 1,000,000. Left out: 8192, about 1 MB a network at most.
   */
  journalEvents?: number | undefined;
}

/**
 * What a driver may lack.
 *
 * - `dns`: answers DNS for the guests;
 * - `events`: tells of leases;
 * - `release`: a lease can be taken back before its time;
 * - `ipv6`: serves IPv6 subnets, by DHCPv6 and router advertisements;
 * - `relay`: serves subnets behind relay agents;
 * - `classes`: knows clients by what they send, and has options for classes of them;
 * - `boot`: tells machines what to boot from the network, and hands the files out.
 */
export type DhcpCapability = 'dns' | 'events' | 'release' | 'ipv6' | 'relay' | 'classes' | 'boot';

/**
 * The contract of a DHCP driver: one server a network.
 */
export interface DhcpDriver extends AsyncDisposable {
  /** The name it is registered by: `dhcp-dnsmasq`. */
  readonly name: string;
  readonly capabilities: ReadonlySet<DhcpCapability>;

  /**
   * Makes the server of this network run with this configuration: starts it, adopts the one that
   * an earlier process left, or changes the one that runs, with as little disturbance as the change
   * allows. Leases are kept. Safe to call again.
   * @throws InvalidArgumentError naming the field; UnsupportedError for what the driver lacks, before anything
   * changed; PlatformError with the server's own words
   */
  ensure(network: DhcpNetwork, options?: OperationOptions): Promise<DhcpChange>;
  /**
   * Brings one host of a served network to this: a new one, or one with the same MAC address, client id or DUID changed.
   * Costs the same however many hosts there are, where the platform allows. What it adds is part of the network from
   * then on: an `ensure` with another list of hosts takes it out again.
   * @throws InvalidArgumentError, also for what another host has; NetworkNotServedError without such a network
   */
  ensureHost(key: string, host: DhcpHost, options?: OperationOptions): Promise<DhcpChange>;
  /**
   * Takes the host with this MAC address, client id or DUID out; its leases end and its name is gone. `none` when there was none.
   * @throws InvalidArgumentError; NetworkNotServedError without such a network
   */
  removeHost(key: string, host: DhcpHostIdentity, options?: OperationOptions): Promise<DhcpChange>;
  /** Stops the server and removes its files (leases too, unless `keepLeases`); answers whether there was anything. */
  remove(key: string, options?: OperationOptions & { keepLeases?: boolean }): Promise<boolean>;
  /** The servers that this driver's directory knows. */
  list(options?: OperationOptions): Promise<DhcpServerStatus[]>;

  leases(key: string, options?: OperationOptions): Promise<DhcpLease[]>;
  /** Takes a lease back so that its address is free at once; answers whether there was one. */
  release(key: string, address: string, options?: OperationOptions): Promise<boolean>;
  /**
   * Lease events of one network, or of all: from now on, or from a position on. Ends with `signal` or `break`.
   * Which events those are is settled by the call, not when they are first read: ask for events, then for
   * `leases()`, and nothing falls between.
   * @throws InvalidArgumentError naming `after`
   */
  events(key?: string, options?: DhcpEventsOptions): AsyncIterable<DhcpEvent>;

  /** Frees what the driver itself holds. The servers run on. */
  close(): Promise<void>;
}

/**
 * What was done:
 *
 * - `none`: everything was so already;
 * - `started`: there was no server;
 * - `adopted`: there was one, of an earlier process, and nothing to change;
 * - `added`: the server learned of new hosts and did nothing else;
 * - `reloaded`: it read its hosts, options and names again;
 * - `restarted`: it was ended and started with the change, leases kept.
 */
export interface DhcpChange {
  change: 'none' | 'started' | 'adopted' | 'added' | 'reloaded' | 'restarted';
}

export interface DhcpServerStatus {
  key: Key;
  running: boolean;
  pid?: number;
  interface: string;
  serverAddress: IpAddress;
}
