import type { NamespaceRef } from '../netdev/namespace.js';
import type { OperationOptions } from '../operation-options.js';
import type { IpAddress, Key } from '../values/index.js';
import type { DhcpEvent, DhcpEventsOptions } from './event.js';
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
 * - `release`: a lease can be taken back before its time.
 */
export type DhcpCapability = 'dns' | 'events' | 'release';

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
   * @throws InvalidArgumentError naming the field; PlatformError with the server's own words
   */
  ensure(network: DhcpNetwork, options?: OperationOptions): Promise<DhcpChange>;
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

/** What `ensure` did. */
export interface DhcpChange {
  change: 'none' | 'started' | 'adopted' | 'reloaded' | 'restarted';
}

export interface DhcpServerStatus {
  key: Key;
  running: boolean;
  pid?: number;
  interface: string;
  serverAddress: IpAddress;
}
