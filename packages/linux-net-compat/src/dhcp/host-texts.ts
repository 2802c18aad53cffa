import { hostsText, leasesText, namesText, optionsText } from 'dhcp-dnsmasq/original';
import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { FixedIp } from '../context.js';
import type { DhcpNetwork } from './dhcp-network.js';
import { parseFixedIps } from './fixed-ip-record.js';

/** The leases that dnsmasq starts with. @throws InvalidArgumentError */
export function leasesOf(fixedIps: readonly FixedIp[], conf: LinuxNetConf, now: Date): string {
  return leasesText(parseFixedIps(fixedIps), { leaseTime: conf.dhcp_lease_time, now });
}

/** The hosts that get an address. @throws InvalidArgumentError */
export function hostsOf(fixedIps: readonly FixedIp[], conf: LinuxNetConf): string {
  const { dhcp_domain: domain, use_single_default_gateway: tagged } = conf;
  return hostsText(parseFixedIps(fixedIps), { domain, tagged });
}

/** The names of the network's guests. @throws InvalidArgumentError */
export function namesOf(fixedIps: readonly FixedIp[], { dhcp_domain: domain }: LinuxNetConf): string {
  return namesText(parseFixedIps(fixedIps), domain);
}

/**
 * The router that guests are told: one for all, or with `use_single_default_gateway` one for each
 * interface that carries its guest's default route and none for the others.
 */
export function optionsOf(network: DhcpNetwork, fixedIps: readonly FixedIp[], conf: LinuxNetConf): string {
  const tagged = conf.use_single_default_gateway;
  return optionsText(tagged ? parseFixedIps(fixedIps) : [], { gateway: gatewayOf(network, conf), tagged });
}

/** Where every host serves its own guests from its own address, that host is the guests' router too. */
export function gatewayOf(network: DhcpNetwork, conf: LinuxNetConf): string | null {
  const shared = network.share_address || conf.share_dhcp_address;
  return network.multi_host && !shared ? network.dhcp_server : (network.gateway ?? null);
}
