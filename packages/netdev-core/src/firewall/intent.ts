import type { IpFamily, PortRange } from '../values/index.js';

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

/**
 * Traffic that keeps its source address on its way out: no {@link SourceNatIntent} and no {@link FloatingAddressIntent} touches
 * it, whichever was put first, and whether its destination was translated or not. What a `hairpin` is for is translated all
 * the same, or its answers would go past the host.
 */
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

/**
 * A guest behind one port of a bridge, which can neither pass for another nor be reached unasked.
 *
 * What it sends is dropped unless it comes from its own MAC and IP addresses; so is its ARP and neighbour
 * discovery for addresses of others, and whatever makes it a DHCP server (v4, v6) or a router (advertisements).
 * Protocols other than IPv4, IPv6, ARP and RARP are dropped. It may always ask for an address (DHCP, v4 and v6), and
 * do what IPv6 needs on a link: neighbour discovery, and its link-local address formed from the MAC (RFC 4291,
 * appendix A); any other link-local address of it has to be among `addresses`.
 *
 * What is sent to it is dropped unless a rule of one of its groups allows it, it answers what the guest asked,
 * or it is an answer of DHCP or neighbour discovery. The host itself is trusted: it reaches its guests in any case.
 *
 * A port is one guest's: a second one with the same port is refused.
 */
export interface GuestIntent {
  kind: 'guest';
  /** The host's end of the guest's device, a port of `bridge`: a tap device. */
  port: string;
  bridge: string;
  mac: string;
  /** What it may send from and is reached at: addresses, or whole networks for a guest that routes. */
  addresses: readonly string[];
  /** Names of {@link SecurityGroupIntent}s. One that nobody put allows nothing, and has members all the same. */
  securityGroups: readonly string[];
  /**
   * - `open`: it may send to everywhere (the default);
   * - `groups`: only what a rule of direction `out` of one of its groups allows, answers, DHCP and neighbour discovery.
   */
  out?: 'open' | 'groups';
}

/** What the guests in a group may receive and send. Where several intents name one group, the rules of all count. */
export interface SecurityGroupIntent {
  kind: 'security-group';
  /** 1 to 128 characters, as `parseKey` takes them. */
  name: string;
  rules: readonly SecurityGroupRule[];
  /** Addresses or networks that are in the group too, for rules that name it as remote: its guests on other hosts. */
  members?: readonly string[];
}

/** Something that is allowed. What is left out is not looked at. */
export interface SecurityGroupRule {
  /** `in`: to the guests; `out`: from them, for guests whose `out` is `groups`. */
  direction: 'in' | 'out';
  family?: IpFamily;
  protocol?: Protocol;
  /** Destination ports; need `tcp`, `udp` or `sctp`. */
  ports?: PortRange;
  /** 0 to 254 (RFC 792, RFC 4443; 255 is reserved); needs `icmp` or `icmpv6`. */
  icmpType?: number;
  /** 0 to 255; needs `icmpType`. */
  icmpCode?: number;
  /** The other side: a network, or all that is in a group: the addresses of its guests and its `members`. */
  remote?: string | { group: string };
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
  | DhcpGuardIntent
  | GuestIntent
  | SecurityGroupIntent;

export type IntentKind = Intent['kind'];
