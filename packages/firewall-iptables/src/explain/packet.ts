import type { Protocol } from 'netdev-core';

/**
 * A packet to ask about, with its addresses as it has them when it comes in (or as the host sends it). Where it goes is
 * what the host's routes make of it, after our rules have translated its destination; they are not asked.
 *
 * It comes in by `in` and leaves by `out`; without `out` it is for the host itself, without `in` the host sends it, and
 * with `lo` as both the host speaks to itself.
 */
export interface Packet {
  /** The device that it comes in by: a bridge, not its port. */
  in?: string | undefined;
  /** The port of the bridge `in`. Left out: it comes in by no port of a bridge, so rules for frames do not see it. */
  inPort?: string | undefined;
  /** The device that it leaves by. */
  out?: string | undefined;
  /** The port of the bridge `out`. */
  outPort?: string | undefined;
  /**
   * Whether a bridge hands it from `inPort` to `outPort` by itself, without the host's routes. Left out: no, unless
   * bridged packets pass iptables and its destination is translated to one behind the bridge that it comes by.
   */
  bridged?: boolean | undefined;

  /** Of its frame as it comes in, or as it leaves where it does not come in. Left out: unknown. */
  sourceMac?: string | undefined;
  destinationMac?: string | undefined;

  /** For an IPv4 or IPv6 packet, with `destination` and `protocol`. */
  source?: string | undefined;
  destination?: string | undefined;
  /** By name, or by number (IANA, "Assigned Internet Protocol Numbers"). */
  protocol?: Protocol | number | undefined;
  /** Left out: unknown. */
  sourcePort?: number | undefined;
  destinationPort?: number | undefined;
  icmpType?: number | undefined;
  icmpCode?: number | undefined;
  /** The address that a neighbour solicitation or advertisement is about (RFC 4861, 4.3 and 4.4). Left out: unknown. */
  neighbourTarget?: string | undefined;

  /**
   * What connection tracking says of it (iptables-extensions(8), conntrack). Left out: `new`, it opens a connection;
   * or `untracked` for the ICMPv6 messages of neighbour discovery and MLD, which the kernel never tracks. A connection
   * is `established` once it was answered.
   */
  connection?: 'new' | 'established' | 'related' | 'invalid' | 'untracked' | undefined;
  /**
   * For a later packet of a connection, or an ICMP message about it (`related`): the packet that opened it. From that
   * follows what is translated in this one, which may go in either direction. Left out: `new` is the first packet, and
   * nothing is translated in one that is `established` or an ICMP message.
   */
  opened?: Packet | undefined;
  /** Left out: 0. */
  mark?: number | undefined;

  /** For an ARP frame, instead of an IP packet. What is left out of it is unknown. */
  arp?: ArpMessage | undefined;
  /** For a frame that is neither IP nor ARP: its EtherType, such as 0x8035 (RARP). */
  etherType?: number | undefined;
}

/** The fields of an ARP message (RFC 826), by what they are called in RFC 5227. */
export interface ArpMessage {
  operation?: 'request' | 'reply' | number | undefined;
  senderMac?: string | undefined;
  senderAddress?: string | undefined;
  targetMac?: string | undefined;
  targetAddress?: string | undefined;
}

/** What else has to be known of the host. */
export interface ExplainOptions {
  /**
   * Whether bridged packets pass iptables: the setting `net.bridge.bridge-nf-call-iptables` for IPv4,
   * `bridge-nf-call-ip6tables` for IPv6. Left out: no.
   */
  bridgeNetfilter?: boolean | undefined;
}
