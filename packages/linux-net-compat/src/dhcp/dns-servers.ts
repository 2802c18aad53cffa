import type { LinuxNetContext } from '../context.js';
import type { DhcpNetwork } from './dhcp-network.js';

/** The servers that a network's dnsmasq asks; none: those of the host. */
export function dnsServersOf(
  { conf, faults }: Pick<LinuxNetContext, 'conf' | 'faults'>,
  network: DhcpNetwork,
): readonly string[] {
  if (!conf.use_network_dns_servers) return conf.dns_server;
  const ofNetwork = [network.dns1, network.dns2].filter((server): server is string => Boolean(server));
  // The original added them to the option's own list, where they stayed for every later network.
  if (faults === 'keep') {
    conf.dns_server.push(...ofNetwork);
    return conf.dns_server;
  }
  return [...new Set([...conf.dns_server, ...ofNetwork])];
}
