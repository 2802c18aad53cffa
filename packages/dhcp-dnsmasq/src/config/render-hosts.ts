import type { ParsedDhcpHost, ParsedDhcpNetwork } from 'netdev-core';
import { hostTag } from './render-options.js';

/** The hosts with an address of their own: the file that dhcp-hostsfile names (dnsmasq(8), dhcp-host). */
export function renderHosts({ hosts }: ParsedDhcpNetwork): string {
  return hosts.map((host) => `${renderHost(host)}\n`).join('');
}

/** The names of hosts and services: the file that addn-hosts names, of the form of hosts(5). */
export function renderNames({ hosts, names, domain }: ParsedDhcpNetwork): string {
  const ofHosts = hosts.flatMap(({ hostname, address }) =>
    hostname === undefined ? [] : [{ name: hostname, address }],
  );
  return [...ofHosts, ...names]
    .map(
      ({ name, address }) =>
        `${address} ${name.includes('.') || domain === undefined ? name : `${name}.${domain} ${name}`}\n`,
    )
    .join('');
}

function renderHost(host: ParsedDhcpHost): string {
  return [
    host.mac,
    ...(host.options.length === 0 ? [] : [`set:${hostTag(host)}`]),
    host.address,
    ...(host.hostname === undefined ? [] : [host.hostname]),
    ...(host.leaseTime === undefined ? [] : [`${host.leaseTime}s`]),
  ].join(',');
}
