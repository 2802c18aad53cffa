import { InvalidArgumentError } from '../errors/index.js';
import {
  contains,
  type DomainName,
  type HostName,
  type InterfaceName,
  type IpAddress,
  ipFamily,
  ipToBytes,
  type Key,
  type MacAddress,
  type Network,
  parseDomainName,
  parseHostName,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  parseKey,
  parseMtu,
  parseNetwork,
  parseUnicastMac,
} from '../values/index.js';
import type { DhcpHost } from './host.js';
import type { DhcpNetwork, DnsName } from './network.js';
import type { DhcpOption } from './option.js';

/** A {@link DhcpNetwork} with every value parsed and every default filled in. */
export interface ParsedDhcpNetwork {
  key: Key;
  interface: InterfaceName;
  network: Network;
  serverAddress: IpAddress;
  range: { first: IpAddress; last: IpAddress } | undefined;
  /** Seconds. */
  leaseTime: number;
  gateway: IpAddress | undefined;
  dnsServers: readonly IpAddress[];
  domain: DomainName | undefined;
  upstreamServers: readonly IpAddress[];
  mtu: number | undefined;
  hosts: readonly ParsedDhcpHost[];
  options: readonly DhcpOption[];
  names: readonly { name: DomainName; address: IpAddress }[];
}

export interface ParsedDhcpHost {
  mac: MacAddress;
  address: IpAddress;
  hostname: HostName | undefined;
  options: readonly DhcpOption[];
  leaseTime: number | undefined;
}

/**
 * Parses a network's configuration: every value by its type, addresses inside the network, no MAC
 * address, IP address or name given to two hosts.
 *
 * @throws InvalidArgumentError naming the field: `hosts[3].mac`
 */
export function parseDhcpNetwork(given: DhcpNetwork): ParsedDhcpNetwork {
  const network = parseNetwork(given.network, 'network');
  const family = ipFamily(network);
  const inside = (value: unknown, field: string): IpAddress => {
    const address = parseIpAddress(value, field, family);
    if (contains(network, address)) return address;
    throw new InvalidArgumentError(field, value, `an address in ${network}`);
  };
  const serverAddress = inside(given.serverAddress, 'serverAddress');
  const hosts = list(given.hosts, 'hosts', (host: DhcpHost, field) => parseHost(host, field, inside));
  refuseTwins(hosts);
  for (const [index, { address }] of hosts.entries()) {
    if (address === serverAddress)
      throw new InvalidArgumentError(`hosts[${index}].address`, address, 'free (it is the server address)');
  }
  return {
    key: parseKey(given.key),
    interface: parseInterfaceName(given.interface, 'interface'),
    network,
    serverAddress,
    range: given.range === undefined ? undefined : parseRange(given.range, inside),
    leaseTime: parseLeaseTime(given.leaseTime, 'leaseTime') ?? 86400,
    gateway:
      given.gateway === undefined
        ? serverAddress
        : given.gateway === null
          ? undefined
          : inside(given.gateway, 'gateway'),
    dnsServers:
      given.dnsServers === undefined
        ? [serverAddress]
        : list(given.dnsServers, 'dnsServers', (value, field) => parseIpAddress(value, field, family)),
    domain: given.domain === undefined ? undefined : parseDomainName(given.domain, 'domain'),
    upstreamServers: list(given.upstreamServers, 'upstreamServers', (value, field) =>
      parseIpAddress(value, field),
    ),
    mtu: given.mtu === undefined ? undefined : parseMtu(given.mtu),
    hosts,
    options: list(given.options, 'options', parseOption),
    names: list(given.names, 'names', ({ name, address }: DnsName, field) => ({
      name: parseDomainName(name, `${field}.name`),
      address: parseIpAddress(address, `${field}.address`),
    })),
  };
}

function parseRange(
  range: { first: string; last: string },
  inside: (value: unknown, field: string) => IpAddress,
): { first: IpAddress; last: IpAddress } {
  const first = inside(range.first, 'range.first');
  const last = inside(range.last, 'range.last');
  if (Buffer.compare(ipToBytes(first), ipToBytes(last)) <= 0) return { first, last };
  throw new InvalidArgumentError('range.last', last, `an address from ${first} on`);
}

function parseHost(
  host: DhcpHost,
  field: string,
  inside: (value: unknown, field: string) => IpAddress,
): ParsedDhcpHost {
  return {
    mac: parseUnicastMac(host.mac, `${field}.mac`),
    address: inside(host.address, `${field}.address`),
    hostname: host.hostname === undefined ? undefined : parseHostName(host.hostname, `${field}.hostname`),
    options: list(host.options, `${field}.options`, parseOption),
    leaseTime: parseLeaseTime(host.leaseTime, `${field}.leaseTime`),
  };
}

function parseOption({ option, values }: DhcpOption, field: string): DhcpOption {
  if (typeof option === 'number') parseInteger(option, `${field}.option`, 1, 254, 'an option number');
  else if (typeof option !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(option)) {
    throw new InvalidArgumentError(`${field}.option`, option, 'an option number or name');
  }
  return { option, values: list(values, `${field}.values`, parseOptionValue) };
}

function parseOptionValue(value: unknown, field: string): string {
  if (
    typeof value === 'string' &&
    /^[\x21-\x2b\x2d-\x7e](?:[\x20-\x2b\x2d-\x7e]{0,253}[\x21-\x2b\x2d-\x7e])?$/.test(value)
  ) {
    return value;
  }
  throw new InvalidArgumentError(
    field,
    value,
    'an option value (up to 255 printable ASCII characters, no comma)',
  );
}

function parseLeaseTime(value: unknown, field: string): number | undefined {
  return value === undefined
    ? undefined
    : parseInteger(value, field, 120, 0xffff_fffe, 'a lease time in seconds');
}

function list<In, Out>(
  values: readonly In[] | undefined,
  field: string,
  parse: (value: In, field: string) => Out,
): Out[] {
  if (values === undefined) return [];
  if (!Array.isArray(values)) throw new InvalidArgumentError(field, values, 'a list');
  return values.map((value: In, index) => {
    if (value === null || value === undefined)
      throw new InvalidArgumentError(`${field}[${index}]`, value, 'given');
    return parse(value, `${field}[${index}]`);
  });
}

function refuseTwins(hosts: readonly ParsedDhcpHost[]): void {
  const seen = new Map<string, number>();
  for (const [index, host] of hosts.entries()) {
    for (const [field, value] of Object.entries({
      mac: host.mac,
      address: host.address,
      hostname: host.hostname,
    })) {
      if (value === undefined) continue;
      const twin = seen.get(`${field} ${value}`);
      if (twin !== undefined) {
        throw new InvalidArgumentError(`hosts[${index}].${field}`, value, `free (hosts[${twin}] has it)`);
      }
      seen.set(`${field} ${value}`, index);
    }
  }
}
