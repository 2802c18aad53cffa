import { InvalidArgumentError, parseCidr, parseIpAddress } from 'netdev-core';

/** A network as callers of the original name it: what the DHCP side reads of it. */
export interface DhcpNetwork {
  readonly id: string | number;
  readonly label: string;
  readonly cidr: string;
  readonly netmask: string;
  readonly gateway?: string | null;
  readonly dhcp_server: string;
  /** The first address that is handed out. */
  readonly dhcp_start: string;
  readonly dns1?: string | null;
  readonly dns2?: string | null;
  /** Whether every host serves the network to its own guests. */
  readonly multi_host: boolean;
  /** Whether all hosts serve it from one address. */
  readonly share_address?: boolean;
}

/**
 * Refuses a network whose values would become syntax on dnsmasq's command line or in its files.
 *
 * @throws InvalidArgumentError naming `network.NAME`
 */
export function checkDhcpNetwork(network: DhcpNetwork): void {
  parseCidr(network.cidr, 'network.cidr');
  for (const name of ['netmask', 'dhcp_server', 'dhcp_start'] as const) {
    parseIpAddress(network[name], `network.${name}`);
  }
  for (const name of ['gateway', 'dns1', 'dns2'] as const) {
    if (network[name]) parseIpAddress(network[name], `network.${name}`);
  }
  if (typeof network.label !== 'string' || /[,\p{Cc}]/u.test(network.label)) {
    throw new InvalidArgumentError('network.label', network.label, 'a text without commas and line ends');
  }
  if (!/^[\w-]+$/.test(String(network.id))) {
    throw new InvalidArgumentError('network.id', network.id, 'a number or an identifier');
  }
}
