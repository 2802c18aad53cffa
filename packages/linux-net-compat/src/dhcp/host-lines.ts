import type { LinuxNetContext } from '../context.js';
import type { FixedIpRecord } from './fixed-ip-record.js';

/** The longest label of a domain name (RFC 1035, section 2.3.4): dnsmasq refuses a longer host name. */
const LABEL_MAX = 63;
const KEPT_HEAD = 2;

type Conf = Pick<LinuxNetContext, 'conf'>['conf'];

/** A line of dnsmasq's lease file: end (seconds since 1970), MAC, address, name, client id. */
export function leaseLine(ip: FixedIpRecord, conf: Pick<Conf, 'dhcp_lease_time'>, now: Date): string {
  const end = Math.floor(now.getTime() / 1000) + conf.dhcp_lease_time;
  return `${end} ${ip.mac} ${ip.address} ${ip.hostname || '*'} *`;
}

/** A line of dnsmasq's `--dhcp-hostsfile`. */
export function hostLine(
  ip: FixedIpRecord,
  conf: Pick<Conf, 'dhcp_domain' | 'use_single_default_gateway'>,
): string {
  const name = shortHostname(ip.hostname ?? '');
  const fields = [ip.mac, `${name}.${conf.dhcp_domain}`, ip.address];
  if (conf.use_single_default_gateway) fields.push(`net:${networkTag(ip.vifId)}`);
  return fields.join(',');
}

/** A line of dnsmasq's `--addn-hosts` file. */
export function dnsLine(ip: FixedIpRecord, conf: Pick<Conf, 'dhcp_domain'>): string {
  return `${ip.address}\t${ip.hostname ?? ''}.${conf.dhcp_domain}`;
}

/** A line of dnsmasq's `--dhcp-optsfile`: the router (option 3) of one interface or of all; without `gateway`: none. */
export function routerLine(vifId: string | number | null, gateway: string | null): string {
  const fields = vifId === null ? ['3'] : [networkTag(vifId), '3'];
  if (gateway) fields.push(gateway);
  return fields.join(',');
}

/** The tag that ties the options of an interface to its host line. */
export function networkTag(vifId: string | number): string {
  return `NW-${vifId}`;
}

/** Keeps the head, which tells what it is, and the tail, which tells which one. */
export function shortHostname(name: string): string {
  if (name.length <= LABEL_MAX) return name;
  return `${name.slice(0, KEPT_HEAD)}-${name.slice(-(LABEL_MAX - KEPT_HEAD - 1))}`;
}
