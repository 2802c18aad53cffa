import { InvalidArgumentError } from '../errors/index.js';
import {
  type IpAddress,
  type IpFamily,
  insideNetwork,
  ipFamily,
  ipToBytes,
  type Network,
  parseInteger,
  parseIpAddress,
  parseNetwork,
  prefixLength,
} from '../values/index.js';
import { parseList } from './parse-list.js';
import type { DhcpRange, DhcpSubnet, RelayedSubnet, RouterAdvertisement } from './subnet.js';

export interface ParsedDhcpRange {
  first: IpAddress;
  last: IpAddress;
}

/** A {@link DhcpSubnet} with every value parsed and every default filled in. */
export interface ParsedDhcpSubnet {
  network: Network;
  serverAddress: IpAddress;
  ranges: readonly ParsedDhcpRange[];
  /** Seconds. */
  leaseTime: number;
  gateway: IpAddress | undefined;
  dnsServers: readonly IpAddress[];
  advertise: RouterAdvertisement | undefined;
}

export interface ParsedRelayedSubnet {
  network: Network;
  ranges: readonly ParsedDhcpRange[];
  leaseTime: number;
  gateway: IpAddress | undefined;
  dnsServers: readonly IpAddress[];
}

/** @throws InvalidArgumentError naming the field below `prefix`, which ends in a dot or is empty */
export function parseSubnet(given: DhcpSubnet, prefix: string): ParsedDhcpSubnet {
  const network = parseNetwork(given.network, `${prefix}network`);
  const family = ipFamily(network);
  const inside = parserInside(network);
  const serverAddress = inside(given.serverAddress, `${prefix}serverAddress`);
  if (family === 'ipv6') refuseIpv4Only(given, prefix);
  else if (given.advertise !== undefined) {
    throw new InvalidArgumentError(`${prefix}advertise`, given.advertise, 'left out (IPv6 only)');
  }
  const advertise = given.advertise && parseAdvertisement(given.advertise, `${prefix}advertise`);
  if (advertise !== undefined && advertise.mode !== 'stateful' && prefixLength(network) !== 64) {
    const what = 'a /64, as SLAAC needs (RFC 4862, 5.5.3)';
    throw new InvalidArgumentError(`${prefix}network`, network, what);
  }
  return {
    network,
    serverAddress,
    ranges: parseRanges(given.ranges, `${prefix}ranges`, inside),
    leaseTime: parseLeaseTime(given.leaseTime, `${prefix}leaseTime`) ?? 86400,
    gateway: family === 'ipv6' ? undefined : parseGateway(given.gateway, serverAddress, inside, prefix),
    dnsServers: parseDnsServers(given.dnsServers, `${prefix}dnsServers`, family) ?? [serverAddress],
    advertise,
  };
}

/** @throws InvalidArgumentError naming the field below `field` */
export function parseRelayedSubnet(
  given: RelayedSubnet,
  field: string,
  of: Pick<ParsedDhcpSubnet, 'leaseTime' | 'dnsServers'>,
): ParsedRelayedSubnet {
  const network = parseNetwork(given.network, `${field}.network`, 'ipv4');
  const inside = parserInside(network);
  return {
    network,
    ranges: parseRanges(given.ranges, `${field}.ranges`, inside),
    leaseTime: parseLeaseTime(given.leaseTime, `${field}.leaseTime`) ?? of.leaseTime,
    gateway: given.gateway === undefined ? undefined : inside(given.gateway, `${field}.gateway`),
    dnsServers:
      parseDnsServers(given.dnsServers, `${field}.dnsServers`, 'ipv4') ??
      of.dnsServers.filter((server) => ipFamily(server) === 'ipv4'),
  };
}

/** Seconds; `undefined` when left out. @throws InvalidArgumentError naming `field` */
export function parseLeaseTime(value: unknown, field: string): number | undefined {
  return value === undefined
    ? undefined
    : parseInteger(value, field, 120, 0xffff_fffe, 'a lease time in seconds');
}

type Inside = (value: unknown, field: string) => IpAddress;

function parserInside(network: Network): Inside {
  const family = ipFamily(network);
  const isInside = insideNetwork(network);
  return (value, field) => {
    const address = parseIpAddress(value, field, family);
    if (isInside(address)) return address;
    throw new InvalidArgumentError(field, value, `an address in ${network}`);
  };
}

function parseRanges(
  ranges: readonly DhcpRange[] | undefined,
  field: string,
  inside: Inside,
): ParsedDhcpRange[] {
  const parsed = parseList(ranges, field, ({ first, last }: DhcpRange, at) => {
    const range = { first: inside(first, `${at}.first`), last: inside(last, `${at}.last`) };
    if (compare(range.first, range.last) <= 0) return range;
    throw new InvalidArgumentError(`${at}.last`, last, `an address from ${first} on`);
  });
  const ascending = [...parsed.entries()].sort(([, one], [, other]) => compare(one.first, other.first));
  for (const [position, [index, range]] of ascending.entries()) {
    const before = ascending[position - 1]?.[1];
    if (before !== undefined && compare(range.first, before.last) <= 0) {
      throw new InvalidArgumentError(
        `${field}[${index}]`,
        range.first,
        `behind ${before.last} (they overlap)`,
      );
    }
  }
  return parsed;
}

function compare(one: IpAddress, other: IpAddress): number {
  return Buffer.compare(ipToBytes(one), ipToBytes(other));
}

function parseGateway(
  given: string | null | undefined,
  serverAddress: IpAddress,
  inside: Inside,
  prefix: string,
): IpAddress | undefined {
  if (given === undefined) return serverAddress;
  return given === null ? undefined : inside(given, `${prefix}gateway`);
}

function parseDnsServers(
  given: readonly string[] | undefined,
  field: string,
  family: IpFamily,
): IpAddress[] | undefined {
  if (given === undefined) return undefined;
  return parseList(given, field, (value, at) => parseIpAddress(value, at, family));
}

function refuseIpv4Only({ gateway }: DhcpSubnet, prefix: string): void {
  if (gateway === undefined || gateway === null) return;
  throw new InvalidArgumentError(
    `${prefix}gateway`,
    gateway,
    'left out (IPv6 guests learn their gateway from router advertisements)',
  );
}

const modes: readonly unknown[] = ['slaac', 'stateless', 'stateful', 'both'];

function parseAdvertisement(given: RouterAdvertisement, field: string): RouterAdvertisement {
  const { mode, routerLifetime, interval } = given;
  if (!modes.includes(mode)) throw new InvalidArgumentError(`${field}.mode`, mode, modes.join(', '));
  return {
    mode,
    ...(routerLifetime === undefined
      ? {}
      : { routerLifetime: parseInteger(routerLifetime, `${field}.routerLifetime`, 0, 9000, 'seconds') }),
    ...(interval === undefined
      ? {}
      : { interval: parseInteger(interval, `${field}.interval`, 4, 1800, 'seconds') }),
  };
}
