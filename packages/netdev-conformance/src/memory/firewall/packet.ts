import type { IpAddress, Protocol } from 'netdev-core';

/** A packet that opens a connection, as it comes to a host. */
export interface MemoryPacket {
  /** The device it comes in by, a bridge or one of its ports. Left out: the host itself sends it. */
  in?: string;
  from: string;
  to: string;
  protocol?: Protocol;
  /** The destination port. */
  port?: number;
  fromPort?: number;
  icmpType?: number;
  /** Left out: 0. */
  icmpCode?: number;
  /** The MAC that it comes from. Left out: the sender's own. */
  mac?: string;
  /** It answers a connection that was let through. */
  reply?: boolean;
  /** Its length; left out: 60. */
  bytes?: number;
}

/** What becomes of a packet. */
export interface PacketFate {
  /** `input`: it reaches the host itself; `forward`: it leaves by `out`; `drop`: it ends here. */
  verdict: 'input' | 'forward' | 'drop';
  /** Why, for a person: the intent's kind, or the host's own reason. */
  because: string;
  /** The device it leaves by. */
  out?: string;
  /** As it arrives, after translation. */
  from: IpAddress;
  to: IpAddress;
  port?: number;
}
