import type { IpAddress, MacAddress } from '../values/index.js';

/** An address that a client holds. */
export interface DhcpLease {
  address: IpAddress;
  /** IPv4 leases only. */
  mac?: MacAddress;
  /** What the client calls itself. Written by the guest: never trust it. */
  hostname?: string;
  /** Hex bytes joined by colons. */
  clientId?: string;
  /** IPv6: the client's DUID, hex bytes joined by colons. */
  duid?: string;
  /** When it ends; absent: never. */
  expires?: Date;
}

/**
 * - `added`: a client got an address;
 * - `renewed`: it holds it on, or changed its name;
 * - `removed`: it gave it back, or its time was up.
 */
export interface DhcpLeaseEvent {
  type: 'added' | 'renewed' | 'removed';
  network: string;
  lease: DhcpLease;
}
