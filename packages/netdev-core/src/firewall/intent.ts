import type { PortRange } from '../values/index.js';

/** The protocols that an intent can name; left out means every protocol. */
export type Protocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'sctp';

/**
 * Lets traffic reach the host itself: the DHCP server, the DNS server, a metadata service.
 */
export interface AcceptInputIntent {
  kind: 'accept-input';
  /** The device it comes in by. */
  interface?: string;
  /** The network it comes from. */
  source?: string;
  /** The host's address it goes to. */
  destination?: string;
  protocol?: Protocol;
  /** Destination ports; need `tcp`, `udp` or `sctp`. */
  ports?: PortRange;
}

/** What the host forwards from and to one bridge. */
export interface ForwardPolicyIntent {
  kind: 'forward-policy';
  bridge: string;
  /**
   * - `open`: from and to everywhere;
   * - `outbound`: from the bridge to everywhere but other netdev bridges with a forward policy, and replies back;
   * - `closed`: nothing but what other intents open.
   *
   * Traffic that a port forward, redirect or floating address translates is let through in any case.
   */
  policy: 'open' | 'outbound' | 'closed';
  /** For `open`: only from and to these devices, and among the guests. Left out: from and to everywhere. */
  interfaces?: readonly string[];
}

/** Traffic from `source` leaves with another source address. */
export interface SourceNatIntent {
  kind: 'source-nat';
  /** A network: `10.0.0.0/24`. */
  source: string;
  /** Where it goes to, a network of its own. Left out: everywhere but `source` itself. */
  destination?: string;
  /** The device it leaves by. Left out: any. */
  interface?: string;
  /** The address to leave with; `masquerade` takes the one that the outgoing device has at the time. */
  to: string;
}

/** Traffic that no {@link SourceNatIntent} may touch, whichever was put first. */
export interface NoNatIntent {
  kind: 'no-nat';
  source: string;
  /** A network: the guests' own, a VPN's, a DMZ. */
  destination: string;
}

/** Connections to one port of one of the host's addresses go to a port of a guest. */
export interface PortForwardIntent {
  kind: 'port-forward';
  /** The address that the world connects to. */
  address: string;
  protocol: 'tcp' | 'udp' | 'sctp';
  port: number;
  toAddress: string;
  /** Left out: the same port. */
  toPort?: number;
  /** The guests' network, when the guests themselves are to reach the forwarded port too. */
  hairpin?: string;
}

/**
 * Connections from guests to an address and port go to a service on the host instead: the
 * metadata service at 169.254.169.254:80.
 */
export interface RedirectIntent {
  kind: 'redirect';
  /** The device they come in by. Left out: any. */
  interface?: string;
  /** The guests' network. Left out: any. */
  source?: string;
  protocol: 'tcp' | 'udp';
  address: string;
  port: number;
  toAddress: string;
  toPort: number;
}

/** One-to-one NAT: a floating address stands for a guest, in both directions. */
export interface FloatingAddressIntent {
  kind: 'floating-address';
  floating: string;
  fixed: string;
  /** The device that the guest's own connections leave by with the floating address. Left out: any. */
  interface?: string;
  /** The guests' network, when guests there are to reach the floating address too. */
  hairpin?: string;
}

/**
 * Keeps the address of a DHCP server (a gateway's, the same on every host) from being seen beyond
 * one device, so that several hosts can have it on one layer-2 network.
 */
export interface IsolateAddressIntent {
  kind: 'isolate-address';
  /** The bridge's uplink. */
  interface: string;
  address: string;
}

/**
 * What is behind these ports of a bridge (guests) neither answers DHCP (v4, v6) nor sends router
 * advertisements to its neighbours: such frames are dropped as they come in. It is by port and not
 * by bridge because not every kernel can match the bridge (Linux needs CONFIG_NFT_BRIDGE_META).
 */
export interface DhcpGuardIntent {
  kind: 'dhcp-guard';
  /** One or more ports, by the name of the host's end: a tap device. */
  ports: readonly string[];
}

/** What a firewall is asked for, in the terms of the host and not of a packet filter. */
export type Intent =
  | AcceptInputIntent
  | ForwardPolicyIntent
  | SourceNatIntent
  | NoNatIntent
  | PortForwardIntent
  | RedirectIntent
  | FloatingAddressIntent
  | IsolateAddressIntent
  | DhcpGuardIntent;

export type IntentKind = Intent['kind'];
