import type { IpAddress, MacAddress } from 'netdev-core';
import type { ArpContent, ConnectionState, IpContent } from './parse-packet.js';
import type { Truth } from './truth.js';

/**
 * What a rule can look at, where it stands in a packet's way. `undefined` is what nobody knows, `null` what the packet
 * has not.
 */
export interface Seen {
  /** The device, or for frames the port. */
  in: string | null | undefined;
  out: string | null | undefined;
  /** For frames: the bridges. */
  logicalIn: string | null | undefined;
  logicalOut: string | null | undefined;
  /** For iptables, where br_netfilter hands frames over: the ports. */
  physicalIn: string | null;
  physicalOut: string | null;
  sourceMac: MacAddress | undefined;
  destinationMac: MacAddress | undefined;
  etherType: number;
  ip: SeenIp | undefined;
  arp: ArpContent | undefined;
  mark: SeenMark;
}

export interface SeenIp extends Omit<IpContent, 'kind' | 'source' | 'destination' | 'connection' | 'opened'> {
  source: IpAddress | undefined;
  destination: IpAddress | undefined;
  connection: SeenConnection;
}

/** What connection tracking knows of a packet's connection. */
export interface SeenConnection {
  state: ConnectionState;
  sourceTranslated: Truth;
  destinationTranslated: Truth;
  /** What the packet had that opened it. */
  originalSource: IpAddress | undefined;
  originalDestination: IpAddress | undefined;
}

/** A packet's mark, as far as it is known. */
export interface SeenMark {
  value: number;
  /** The bits that nobody knows. */
  unknown: number;
}
