import type { DhcpOption } from './option.js';

/** How a server recognises a guest. At least one of them. */
export interface DhcpHostIdentity {
  mac?: string;
  /** DHCP option 61 (RFC 2132, 9.14), hex bytes joined by colons: `ff:00:01`. */
  clientId?: string;
  /** DHCPv6: its DUID (RFC 8415, 11), hex bytes joined by colons. */
  duid?: string;
}

/** A guest that is known by its MAC address, client id or DUID. */
export interface DhcpHost extends DhcpHostIdentity {
  /** What it gets every time: one address, or one of each family. Left out: one of a range. */
  address?: string | readonly string[];
  /** Also its name in the DNS. */
  hostname?: string;
  /** Only for this host, over those of the network. */
  options?: readonly DhcpOption[];
  /** Of classes, for their options; see `DhcpNetwork.classes`. */
  classes?: readonly string[];
  /** Seconds; left out: as the network. */
  leaseTime?: number;
  /** Never answered. It has neither address nor options then. */
  ignored?: true;
}
