import { type HostStyle, hostLine, leaseLine, nameLine, routerLine } from './host-lines.js';
import type { OriginalHost } from './original-host.js';

/** The leases that dnsmasq starts with: those that guests hold, allocated still or not. */
export function leasesText(hosts: readonly OriginalHost[], times: { leaseTime: number; now: Date }): string {
  const held = hosts.filter(({ leased }) => leased);
  return held.map((host) => leaseLine(host, times)).join('\n');
}

/** The hosts that get an address: the first allocated one of each MAC, since dnsmasq takes only one. */
export function hostsText(hosts: readonly OriginalHost[], style: HostStyle): string {
  const byMac = new Map<string, string>();
  for (const host of hosts) {
    if (host.allocated && !byMac.has(host.mac)) byMac.set(host.mac, hostLine(host, style));
  }
  return [...byMac.values()].join('\n');
}

/** The names of the network's guests. */
export function namesText(hosts: readonly OriginalHost[], domain: string): string {
  const named = hosts.filter(({ allocated }) => allocated);
  return named.map((host) => nameLine(host, domain)).join('\n');
}

/**
 * The router that guests are told: one for all, or with tagged hosts one for each interface that carries its guest's
 * default route and none for the others.
 */
export function optionsText(
  hosts: readonly OriginalHost[],
  { gateway, tagged }: { gateway: string | null; tagged: boolean },
): string {
  if (!tagged) return routerLine(null, gateway);
  const allocated = hosts.filter((host) => host.allocated);
  return allocated.map((host) => routerLine(host.vifId, host.defaultRoute ? gateway : null)).join('\n');
}
