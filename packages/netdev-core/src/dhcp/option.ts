/**
 * A DHCP option (RFC 2132 and later), by its number 1 to 254, or by the name that the server knows
 * it by: `router`, `ntp-server`, `mtu`. A value is printable text without line ends; several are
 * joined by commas, so a value has none itself.
 */
export interface DhcpOption {
  option: number | string;
  values: readonly string[];
}
