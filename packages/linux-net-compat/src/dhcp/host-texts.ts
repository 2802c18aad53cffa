import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { FixedIp } from '../context.js';
import type { DhcpNetwork } from './dhcp-network.js';
import { parseFixedIp } from './fixed-ip-record.js';
import { dnsLine, hostLine, leaseLine, routerLine } from './host-lines.js';

/** The leases that dnsmasq starts with: those that guests hold, allocated still or not. */
export function leasesText(fixedIps: readonly FixedIp[], conf: LinuxNetConf, now: Date): string {
  const held = parseFixedIps(fixedIps).filter(({ leased }) => leased);
  return held.map((ip) => leaseLine(ip, conf, now)).join('\n');
}

/** The hosts that get an address: the first allocated one of each MAC, since dnsmasq takes only one. */
export function hostsText(fixedIps: readonly FixedIp[], conf: LinuxNetConf): string {
  const byMac = new Map<string, string>();
  for (const ip of parseFixedIps(fixedIps)) {
    if (ip.allocated && !byMac.has(ip.mac)) byMac.set(ip.mac, hostLine(ip, conf));
  }
  return [...byMac.values()].join('\n');
}

/** The names of the network's guests. */
export function dnsHostsText(fixedIps: readonly FixedIp[], conf: LinuxNetConf): string {
  const named = parseFixedIps(fixedIps).filter(({ allocated }) => allocated);
  return named.map((ip) => dnsLine(ip, conf)).join('\n');
}

/**
 * The router that guests are told: one for all, or with `use_single_default_gateway` one for each
 * interface that carries its guest's default route and none for the others.
 */
export function optionsText(network: DhcpNetwork, fixedIps: readonly FixedIp[], conf: LinuxNetConf): string {
  const gateway = gatewayOf(network, conf);
  if (!conf.use_single_default_gateway) return routerLine(null, gateway);
  const allocated = parseFixedIps(fixedIps).filter((ip) => ip.allocated);
  return allocated.map((ip) => routerLine(ip.vifId, ip.defaultRoute ? gateway : null)).join('\n');
}

/** Where every host serves its own guests from its own address, that host is the guests' router too. */
export function gatewayOf(network: DhcpNetwork, conf: LinuxNetConf): string | null {
  const shared = network.share_address || conf.share_dhcp_address;
  return network.multi_host && !shared ? network.dhcp_server : (network.gateway ?? null);
}

/** Reads fixed addresses of the original's shape. @throws InvalidArgumentError */
export function parseFixedIps(fixedIps: readonly FixedIp[]) {
  return fixedIps.map((record, index) => parseFixedIp(record, `fixedIps[${index}]`));
}
