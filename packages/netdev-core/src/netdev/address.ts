import type { Cidr, InterfaceName, IpAddress } from '../values/index.js';

/** Where an address is valid (rtnetlink(7), rtm_scope). */
export type AddressScope = 'global' | 'site' | 'link' | 'host';

/** An address that a device carries. */
export interface Address {
  link: InterfaceName;
  cidr: Cidr;
  scope: AddressScope;
  broadcast?: IpAddress;
  /** The other side of a point-to-point link. */
  peer?: IpAddress;
  label?: string;
  /** Another address of the same network comes first. */
  secondary: boolean;
  /** Learned (DHCP, autoconfiguration), not set to stay. */
  dynamic: boolean;
  /** IPv6: duplicate detection has not ended. */
  tentative: boolean;
  /** Set where the platform made no route to the address's network, because it was told not to. */
  noPrefixRoute?: boolean;
  /** Seconds; absent: for ever. */
  validLifetime?: number;
  preferredLifetime?: number;
}

export interface AddressSpec {
  link: string;
  /** With its prefix length: `192.0.2.10/24`. */
  cidr: string;
  scope?: AddressScope;
  /** IPv4 only; left out: the network's last address, for networks larger than /31. `null`: none. */
  broadcast?: string | null;
  /** The address of the other side of a point-to-point link; the prefix length is that of its network. */
  peer?: string;
  /** Make no route to the network (IFA_F_NOPREFIXROUTE of linux/if_addr.h). */
  noPrefixRoute?: boolean;
  label?: string;
  /** IPv6: use it at once, without duplicate detection. */
  skipDuplicateDetection?: boolean;
  /** Seconds; left out: for ever. */
  validLifetime?: number;
  preferredLifetime?: number;
}

export interface AddressFilter {
  link?: string;
  family?: 'ipv4' | 'ipv6';
}
