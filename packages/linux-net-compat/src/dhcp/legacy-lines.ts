import { hostLine, interfaceTag, leaseLine, nameLine, routerLine } from 'dhcp-dnsmasq/original';
import { parseIpAddress } from 'netdev-core';
import type { FixedIp, LinuxNetContext } from '../context.js';
import { parseFixedIp, parseVifId } from './fixed-ip-record.js';

/** One line of the lease file. */
export function hostLease({ conf, now }: Pick<LinuxNetContext, 'conf' | 'now'>, fixedIp: FixedIp): string {
  return leaseLine(parseFixedIp(fixedIp), { leaseTime: conf.dhcp_lease_time, now: now() });
}

/** One line of the hosts file. */
export function hostDhcp({ conf }: Pick<LinuxNetContext, 'conf'>, fixedIp: FixedIp): string {
  const { dhcp_domain: domain, use_single_default_gateway: tagged } = conf;
  return hostLine(parseFixedIp(fixedIp), { domain, tagged });
}

/** One line of the names file. */
export function hostDns({ conf }: Pick<LinuxNetContext, 'conf'>, fixedIp: FixedIp): string {
  return nameLine(parseFixedIp(fixedIp), conf.dhcp_domain);
}

/** The tag of an interface in the hosts and options files. */
export function hostDhcpNetwork(vifId: string | number): string {
  return interfaceTag(parseVifId(vifId));
}

/** One line of the options file: the router of one interface, or without one, of all. */
export function hostDhcpOpts(vifId: string | number | null = null, gateway: string | null = null): string {
  return routerLine(
    vifId === null ? null : parseVifId(vifId),
    gateway ? parseIpAddress(gateway, 'gateway') : null,
  );
}
