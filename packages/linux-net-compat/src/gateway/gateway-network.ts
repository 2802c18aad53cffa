import {
  type Cidr,
  InvalidArgumentError,
  type IpAddress,
  parseCidr,
  parseIpAddress,
  prefixLength,
} from 'netdev-core';

/** What is read of a network that a device is made the gateway of. */
export interface GatewayNetwork {
  /** The address that the device gets, and dnsmasq answers from. */
  readonly dhcp_server: string;
  /** Its prefix length counts; a bare address means a single host. */
  readonly cidr: string;
  readonly broadcast?: string | null;
  /** The device's IPv6 address with its prefix length; needed with `use_ipv6`. */
  readonly cidr_v6?: string | null;
}

/** The addresses that a gateway device is to have. */
export interface GatewayAddresses {
  ipv4: { cidr: Cidr; broadcast?: IpAddress };
  /** Only with `use_ipv6`. */
  ipv6?: Cidr;
}

/** @throws InvalidArgumentError naming `network.NAME` */
export function parseGatewayNetwork(network: GatewayNetwork, useIpv6: boolean): GatewayAddresses {
  if (typeof network !== 'object') throw new InvalidArgumentError('network', network, 'a network');
  const server = parseIpAddress(network.dhcp_server, 'network.dhcp_server', 'ipv4');
  const length = prefixLength(parseCidr(network.cidr, 'network.cidr', 'ipv4'));
  const ipv4: GatewayAddresses['ipv4'] = { cidr: parseCidr(`${server}/${length}`) };
  if (network.broadcast) ipv4.broadcast = parseIpAddress(network.broadcast, 'network.broadcast', 'ipv4');
  return useIpv6 ? { ipv4, ipv6: parseCidr(network.cidr_v6, 'network.cidr_v6', 'ipv6') } : { ipv4 };
}
