import type { BootFile, ClientClass } from './client-class.js';
import type { DhcpHost } from './host.js';
import type { DhcpOption } from './option.js';
import type { DhcpSubnet, RelayedSubnet } from './subnet.js';

/** One network that a DHCP and DNS server serves: a device, its subnet, and what belongs to it. */
export interface DhcpNetwork extends DhcpSubnet {
  /** Names the server among the others on this host; see `parseKey`. */
  key: string;
  /** The device it listens on; nothing is answered anywhere else. */
  interface: string;
  /** Further subnets on the same device: IPv6 beside IPv4. */
  subnets?: readonly DhcpSubnet[];
  /** Subnets elsewhere, whose relay agents forward to this server. */
  relayed?: readonly RelayedSubnet[];
  /** Whether clients without a host entry get addresses of the ranges. Left out: `serve`. */
  unknownClients?: 'serve' | 'ignore';
  /** The domain of the guests: a guest `web` answers as `web` and `web.lab.example`. */
  domain?: string;
  /** Where names outside the domain are asked. Left out or empty: nowhere, they do not exist. */
  upstreamServers?: readonly string[];
  /** Where names of single domains are asked, over `upstreamServers`. */
  forwarders?: readonly DnsForwarder[];
  /** Bytes, handed out as the interface MTU. */
  mtu?: number;
  hosts?: readonly DhcpHost[];
  /** For every client. */
  options?: readonly DhcpOption[];
  /** Kinds of clients, which options and boot files can be for. */
  classes?: readonly ClientClass[];
  /** What machines boot from the network; of several that fit, the one of a class wins. */
  boot?: readonly BootFile[];
  /** A directory of this host whose files the server hands out by TFTP (RFC 1350). Left out: no TFTP. */
  tftpRoot?: string;
  /** Further names in the DNS, for guests and for the host's services. */
  names?: readonly DnsName[];
}

export interface DnsName {
  /** A host name (gets the network's domain too) or a full DNS name. */
  name: string;
  address: string;
}

export interface DnsForwarder {
  /** `corp.example`, or the network of addresses whose names are asked: `192.0.2.0/24`. */
  domain: string;
  /** Empty: names of the domain that nobody knows here do not exist. */
  servers: readonly string[];
}
