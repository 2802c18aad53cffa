import type { OriginalHost } from './original-host.js';

/** The longest label of a domain name (RFC 1035, section 2.3.4): dnsmasq refuses a longer host name. */
const LABEL_MAX = 63;
const KEPT_HEAD = 2;

/** A line of dnsmasq's lease file: end (seconds since 1970), MAC, address, name, client id. */
export function leaseLine(host: OriginalHost, { leaseTime, now }: { leaseTime: number; now: Date }): string {
  const end = Math.floor(now.getTime() / 1000) + leaseTime;
  return `${end} ${host.mac} ${host.address} ${host.hostname || '*'} *`;
}

/** How hosts are written. */
export interface HostStyle {
  /** The original's `dhcp_domain`. */
  domain: string;
  /** Whether each interface has a tag, so that some get no router (`use_single_default_gateway`). */
  tagged: boolean;
}

/** A line of dnsmasq's `--dhcp-hostsfile`. */
export function hostLine(host: OriginalHost, { domain, tagged }: HostStyle): string {
  const name = shortHostname(host.hostname ?? '');
  const fields = [host.mac, `${name}.${domain}`, host.address];
  if (tagged) fields.push(`net:${interfaceTag(host.vifId)}`);
  return fields.join(',');
}

/** A line of dnsmasq's `--addn-hosts` file. */
export function nameLine(host: OriginalHost, domain: string): string {
  return `${host.address}\t${host.hostname ?? ''}.${domain}`;
}

/** A line of dnsmasq's `--dhcp-optsfile`: the router (option 3) of one interface or of all; without `gateway`: none. */
export function routerLine(vifId: string | number | null, gateway: string | null): string {
  const fields = vifId === null ? ['3'] : [interfaceTag(vifId), '3'];
  if (gateway) fields.push(gateway);
  return fields.join(',');
}

/** The tag that ties the options of an interface to its host line. */
export function interfaceTag(vifId: string | number): string {
  return `NW-${vifId}`;
}

/** Keeps the head, which tells what it is, and the tail, which tells which one. */
export function shortHostname(name: string): string {
  if (name.length <= LABEL_MAX) return name;
  return `${name.slice(0, KEPT_HEAD)}-${name.slice(-(LABEL_MAX - KEPT_HEAD - 1))}`;
}
