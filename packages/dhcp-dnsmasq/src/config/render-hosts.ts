import type { DomainName, IpAddress, ParsedDhcpHost, ParsedDhcpNetwork } from 'netdev-core';
import { hostTag } from './render-options.js';
import { classTag } from './subnet-tags.js';

/**
 * The lines of one host in the file that dhcp-hostsfile names (dnsmasq(8), dhcp-host). A client id and a DUID have the
 * same place there, so a host with either has a line for each family.
 */
export function hostLines(host: ParsedDhcpHost): string[] {
  const { mac, clientId, duid, addresses } = host;
  const ipv4 = addresses.filter((address) => !address.includes(':'));
  const ipv6 = addresses.filter((address) => address.includes(':'));
  if (duid === undefined) return [hostLine(host, [mac, identifier(clientId)], [...ipv4, ...ipv6])];
  const line6 = hostLine(host, [identifier(duid)], ipv6);
  return mac === undefined && clientId === undefined
    ? [line6]
    : [hostLine(host, [mac, identifier(clientId)], ipv4), line6];
}

function identifier(bytes: string | undefined): string | undefined {
  return bytes === undefined ? undefined : `id:${bytes}`;
}

function hostLine(
  host: ParsedDhcpHost,
  known: readonly (string | undefined)[],
  addresses: readonly IpAddress[],
): string {
  const words = known.filter((word) => word !== undefined);
  if (host.ignored) return [...words, 'ignore'].join(',');
  return [
    ...words,
    ...(host.options.length === 0 ? [] : [`set:${hostTag(host)}`]),
    ...host.classes.map((name) => `set:${classTag(name)}`),
    ...addresses.map((address) => (address.includes(':') ? `[${address}]` : address)),
    ...(host.hostname === undefined ? [] : [host.hostname]),
    ...(host.leaseTime === undefined ? [] : [`${host.leaseTime}s`]),
  ].join(',');
}

/** A name and an address as a line of the form of hosts(5), with the domain too where there is one. */
export function nameLine(name: string, address: IpAddress, domain: DomainName | undefined): string {
  return `${address} ${name.includes('.') || domain === undefined ? name : `${name}.${domain} ${name}`}`;
}

/** The names of one host in the DNS, one an address. */
export function hostNameLines(
  { hostname, addresses }: ParsedDhcpHost,
  domain: DomainName | undefined,
): string[] {
  return hostname === undefined ? [] : addresses.map((address) => nameLine(hostname, address, domain));
}

/** The hosts that the server knows: the file that dhcp-hostsfile names. */
export function renderHosts({ hosts }: Pick<ParsedDhcpNetwork, 'hosts'>): string {
  return asText(hosts.flatMap(hostLines));
}

/** The names of hosts and services: the file that addn-hosts names. */
export function renderNames({
  hosts,
  names,
  domain,
}: Pick<ParsedDhcpNetwork, 'hosts' | 'names' | 'domain'>): string {
  return asText([
    ...hosts.flatMap((host) => hostNameLines(host, domain)),
    ...names.map(({ name, address }) => nameLine(name, address, domain)),
  ]);
}

export function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
