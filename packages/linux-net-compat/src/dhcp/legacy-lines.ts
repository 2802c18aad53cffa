import { parseIpAddress } from 'netdev-core';
import type { FixedIp, LinuxNetContext } from '../context.js';
import { parseFixedIp, parseVifId } from './fixed-ip-record.js';
import { dnsLine, hostLine, leaseLine, networkTag, routerLine } from './host-lines.js';

/** One line of the lease file. */
export function hostLease({ conf, now }: Pick<LinuxNetContext, 'conf' | 'now'>, fixedIp: FixedIp): string {
  return leaseLine(parseFixedIp(fixedIp), conf, now());
}

/** One line of the hosts file. */
export function hostDhcp({ conf }: Pick<LinuxNetContext, 'conf'>, fixedIp: FixedIp): string {
  return hostLine(parseFixedIp(fixedIp), conf);
}

/** One line of the names file. */
export function hostDns({ conf }: Pick<LinuxNetContext, 'conf'>, fixedIp: FixedIp): string {
  return dnsLine(parseFixedIp(fixedIp), conf);
}

/** The tag of an interface in the hosts and options files. */
export function hostDhcpNetwork(vifId: string | number): string {
  return networkTag(parseVifId(vifId));
}

/** One line of the options file: the router of one interface, or without one, of all. */
export function hostDhcpOpts(vifId: string | number | null = null, gateway: string | null = null): string {
  return routerLine(
    vifId === null ? null : parseVifId(vifId),
    gateway ? parseIpAddress(gateway, 'gateway') : null,
  );
}
