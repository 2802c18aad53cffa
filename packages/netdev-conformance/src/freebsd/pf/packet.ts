import type { Family } from './rules.js';

/** A packet as pf sees it at one interface. */
export interface PfPacket {
  from: string;
  to: string;
  /** `tcp`, `udp`, `icmp`, `icmp6`, `sctp`. */
  protocol: string;
  fromPort?: number | undefined;
  toPort?: number | undefined;
  icmpType?: number | undefined;
  icmpCode?: number | undefined;
  /** Which flags a TCP segment has; left out: `S`, it opens a connection. */
  flags?: string | undefined;
  /** Left out: 60. */
  bytes?: number | undefined;
  /** What a rule has tagged it with so far. */
  tag?: string | undefined;
}

export interface PfVerdict {
  action: 'pass' | 'block';
  /** As it goes on: translated, tagged. */
  packet: PfPacket;
  /** The rule or state that decided, for a person. */
  because: string;
}

export function familyOfPacket({ from }: Pick<PfPacket, 'from'>): Family {
  return from.includes(':') ? 'inet6' : 'inet';
}

/** A frame of Ethernet. */
export interface PfFrame {
  from: string;
  to: string;
  /** `0x0800`, `0x0806`, `0x86dd`. */
  etherType: number;
  /** The packet's addresses, when it carries one of IP. */
  l3?: { from: string; to: string } | undefined;
  bytes?: number | undefined;
  tag?: string | undefined;
}
