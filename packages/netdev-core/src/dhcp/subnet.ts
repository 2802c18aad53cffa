/** Addresses for clients without a host entry, both ends included. */
export interface DhcpRange {
  first: string;
  last: string;
}

/** One subnet that a server hands out addresses of, IPv4 or IPv6. */
export interface DhcpSubnet {
  /** `10.0.0.0/24`, `fd00:1::/64`. */
  network: string;
  /** The server's own address in it, also where DNS is answered. */
  serverAddress: string;
  /** Left out or empty: only known hosts are served. */
  ranges?: readonly DhcpRange[];
  /** Seconds that a lease lasts, 120 or more; left out: 86400. */
  leaseTime?: number;
  /**
   * The default gateway to hand out, IPv4 only: IPv6 guests learn theirs from router advertisements.
   * Left out: the server's address; `null`: none.
   */
  gateway?: string | null;
  /** DNS servers to hand out. Left out: the server's address. */
  dnsServers?: readonly string[];
  /** What the server says as an IPv6 router. Left out: nothing, as where another router speaks. */
  advertise?: RouterAdvertisement;
}

/**
 * What router advertisements (RFC 4861) tell the guests of an IPv6 subnet:
 *
 * - `slaac`: make an address yourself (RFC 4862), there is no DHCP;
 * - `stateless`: make an address yourself, ask DHCP for the rest;
 * - `stateful`: ask DHCP for an address;
 * - `both`: do both.
 */
export interface RouterAdvertisement {
  mode: 'slaac' | 'stateless' | 'stateful' | 'both';
  /** Whether the server is a default gateway, and how long, in seconds: 0 for no gateway; left out: the server's own choice. */
  routerLifetime?: number;
  /** Seconds between advertisements nobody asked for, 4 to 1800 (RFC 4861, 6.2.1); left out: the server's own choice. */
  interval?: number;
}

/** An IPv4 subnet behind a relay agent (RFC 2131, RFC 1542), which forwards its clients' requests to this server. */
export interface RelayedSubnet {
  /** The subnet; the relay's own address in it is what the server knows it by. */
  network: string;
  ranges?: readonly DhcpRange[];
  /** Seconds; left out: as the network. */
  leaseTime?: number;
  /** Left out: none. */
  gateway?: string;
  /** Left out: as the network. */
  dnsServers?: readonly string[];
}
