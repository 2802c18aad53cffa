import type { IpAddress, MacAddress } from '../values/index.js';

/** An address that a client holds. */
export interface DhcpLease {
  address: IpAddress;
  /** Of an IPv6 client only where the server knows it, as it may at the time of an event. */
  mac?: MacAddress;
  /** What the client calls itself. Written by the guest: never trust it. */
  hostname?: string;
  /** Hex bytes joined by colons. */
  clientId?: string;
  /** IPv6: the client's DUID, hex bytes joined by colons. */
  duid?: string;
  /** IPv6: which of the client's interfaces the address is for, a number of 32 bits (RFC 8415, 12: IAID). */
  iaid?: number;
  /** IPv6: a temporary address, which ends without being renewed (RFC 8415, 13.2). Absent: it is none. */
  temporary?: true;
  /** When it ends; absent: never. */
  expires?: Date;
}
