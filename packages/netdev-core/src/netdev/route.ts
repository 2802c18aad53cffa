import type { InterfaceName, IpAddress, Network } from '../values/index.js';

export type RouteKind = 'unicast' | 'blackhole' | 'unreachable' | 'prohibit';

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

export interface RouteSpec {
  /** A network, or `default` (then the family is that of `via`, else IPv4). */
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
  mtu?: number;
}

export interface RouteFilter {
  link?: string;
  family?: 'ipv4' | 'ipv6';
  /** Left out: the main table. */
  table?: number | 'all';
}
