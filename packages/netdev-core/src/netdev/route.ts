import type { InterfaceName, IpAddress, Network } from '../values/index.js';

/**
 * - `unicast`: to a gateway or by a link;
 * - `blackhole`: dropped; `unreachable` and `prohibit`: refused, and the sender is told (ICMP);
 * - `throw`: as if its table had no route: the next routing rule decides.
 */
export type RouteKind = 'unicast' | 'blackhole' | 'unreachable' | 'prohibit' | 'throw';

export interface NextHop {
  via?: IpAddress;
  link?: InterfaceName;
  weight: number;
  onLink: boolean;
}

/** A route of the main table or of another. */
export interface Route {
  /** `0.0.0.0/0` and `::/0` are the default routes. */
  destination: Network;
  kind: RouteKind;
  via?: IpAddress;
  link?: InterfaceName;
  /** The address that the host speaks from. */
  source?: IpAddress;
  /** Priority: the lowest wins. */
  metric: number;
  table: number;
  scope: 'global' | 'site' | 'link' | 'host' | 'nowhere';
  /** Who made it, in the platform's word: `kernel`, `boot`, `static`, `dhcp`, or its number. */
  protocol: string;
  onLink: boolean;
  /** More than one way out; then `via` and `link` are absent. */
  nextHops?: readonly NextHop[];
  /** In bytes, where the route sets its own. */
  mtu?: number;
}

/** One way out of a route that has several. */
export interface NextHopSpec {
  via?: string;
  link?: string;
  /** 1 to 256: the share of connections beside the other ways; left out: 1. */
  weight?: number;
  onLink?: boolean;
}

export interface RouteSpec {
  /** A network, or `default` (then the family is that of the gateway, else IPv4). */
  destination: string;
  kind?: RouteKind;
  via?: string;
  link?: string;
  source?: string;
  metric?: number;
  /** 1 to 4294967295; left out: the main table. */
  table?: number;
  scope?: Route['scope'];
  protocol?: string;
  /** Take `via` for reachable on `link` even when no network says so. */
  onLink?: boolean;
  /** Two ways or more, in place of `via` and `link`. */
  nextHops?: readonly NextHopSpec[];
  mtu?: number;
}

export interface RouteFilter {
  link?: string;
  family?: 'ipv4' | 'ipv6';
  /** Left out: the main table. */
  table?: number | 'all';
}
