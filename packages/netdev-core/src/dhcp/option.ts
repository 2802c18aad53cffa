/**
 * A DHCP option (RFC 2132 and later; RFC 8415 for IPv6), by its number 1 to 254, in IPv6 to 65535, or by the name that
 * the server knows it by: `router`, `ntp-server`, `mtu`. A value is printable text without line ends; several are
 * joined by commas, so a value has none itself.
 */
export interface DhcpOption {
  option: number | string;
  values: readonly string[];
  /** Left out: `ipv4`. */
  family?: 'ipv4' | 'ipv6';
  /** Only for clients of this class; see `DhcpNetwork.classes`. */
  class?: string;
  /** Sent to clients that did not ask for it too; left out: to those that ask. */
  always?: true;
}
