import type { DhcpHost } from './host.js';
import type { DhcpOption } from './option.js';

/** One network that a DHCP and DNS server serves. */
export interface DhcpNetwork {
  /** Names the server among the others on this host; see `parseKey`. */
  key: string;
  /** The device it listens on; nothing is answered anywhere else. */
  interface: string;
  /** The network: `10.0.0.0/24`. */
  network: string;
  /** The server's own address in it, also where DNS is answered. */
  serverAddress: string;
  /** Addresses for clients without a host entry; left out: only known hosts are served. */
  range?: { first: string; last: string };
  /** Seconds that a lease lasts, 120 or more; left out: 86400. */
  leaseTime?: number;
  /** The default gateway to hand out. Left out: the server's address; `null`: none. */
  gateway?: string | null;
  /** DNS servers to hand out. Left out: the server's address. */
  dnsServers?: readonly string[];
  /** The domain of the guests: a guest `web` answers as `web` and `web.lab.example`. */
  domain?: string;
  /** Where names outside the domain are asked. Left out or empty: nowhere, they do not exist. */
  upstreamServers?: readonly string[];
  /** Bytes, handed out as the interface MTU. */
  mtu?: number;
  hosts?: readonly DhcpHost[];
  /** For every client. */
  options?: readonly DhcpOption[];
  /** Further names in the DNS, for guests and for the host's services. */
  names?: readonly DnsName[];
}

export interface DnsName {
  /** A host name (gets the network's domain too) or a full DNS name. */
  name: string;
  address: string;
}
