import { InvalidArgumentError } from '../errors/index.js';
import {
  type HostName,
  type IpAddress,
  insideNetwork,
  type MacAddress,
  type Network,
  parseHostName,
  parseIpAddress,
  parseUnicastMac,
} from '../values/index.js';
import type { DhcpHost, DhcpHostIdentity } from './host.js';
import { parseClassName, refuseUnknownClass } from './parse-class.js';
import { parseList } from './parse-list.js';
import { type ParsedDhcpOption, parseOption } from './parse-option.js';
import { parseLeaseTime } from './parse-subnet.js';

export interface ParsedHostIdentity {
  mac: MacAddress | undefined;
  /** Hex bytes joined by colons, in lower case; the DUID too. */
  clientId: string | undefined;
  duid: string | undefined;
}

/** A {@link DhcpHost} with every value parsed. */
export interface ParsedDhcpHost extends ParsedHostIdentity {
  /** At most one of each family. */
  addresses: readonly IpAddress[];
  hostname: HostName | undefined;
  options: readonly ParsedDhcpOption[];
  classes: readonly string[];
  leaseTime: number | undefined;
  ignored: boolean;
}

/** @throws InvalidArgumentError naming the field below `prefix`, which ends in a dot or is empty */
export function parseHostIdentity(given: DhcpHostIdentity, prefix = ''): ParsedHostIdentity {
  const { mac, clientId, duid } = given;
  if (mac === undefined && clientId === undefined && duid === undefined) {
    throw new InvalidArgumentError(`${prefix}mac`, mac, 'given, or clientId, or duid');
  }
  return {
    mac: mac === undefined ? undefined : parseUnicastMac(mac, `${prefix}mac`),
    clientId: clientId === undefined ? undefined : parseHexBytes(clientId, `${prefix}clientId`, 2, 255),
    // RFC 8415, 11.1: 2 bytes of type and up to 128 more.
    duid: duid === undefined ? undefined : parseHexBytes(duid, `${prefix}duid`, 3, 130),
  };
}

/** Parses a host. @throws InvalidArgumentError naming the field below `prefix`, which ends in a dot or is empty */
export type HostParser = (given: DhcpHost, prefix?: string) => ParsedDhcpHost;

/** What there is for hosts: where their addresses may be, those that are taken, and the network's classes. */
export interface HostSurroundings {
  networks: readonly Network[];
  taken: readonly IpAddress[];
  classes: readonly string[];
}

export function hostParser({ networks, taken, classes }: HostSurroundings): HostParser {
  const insides = networks.map(insideNetwork);
  const parseAddress = (value: unknown, field: string): IpAddress => {
    const address = parseIpAddress(value, field);
    if (!insides.some((isInside) => isInside(address))) {
      throw new InvalidArgumentError(field, value, `an address in ${networks.join(' or ')}`);
    }
    if (taken.includes(address)) {
      throw new InvalidArgumentError(field, address, 'free (it is the server address)');
    }
    return address;
  };
  return (given, prefix = '') => {
    const host: ParsedDhcpHost = {
      ...parseHostIdentity(given, prefix),
      addresses: parseAddresses(given.address, `${prefix}address`, parseAddress),
      hostname: given.hostname === undefined ? undefined : parseHostName(given.hostname, `${prefix}hostname`),
      options: parseList(given.options, `${prefix}options`, parseOption),
      classes: parseList(given.classes, `${prefix}classes`, parseClassName),
      leaseTime: parseLeaseTime(given.leaseTime, `${prefix}leaseTime`),
      ignored: parseIgnored(given.ignored, `${prefix}ignored`),
    };
    refuseUnreachable(host, prefix);
    if (host.options.some((option) => option.class !== undefined)) {
      const known = new Set([...classes, ...host.classes]);
      for (const [index, option] of host.options.entries()) {
        refuseUnknownClass(option.class, known, `${prefix}options[${index}].class`);
      }
    }
    return host;
  };
}

function parseAddresses(
  given: DhcpHost['address'],
  field: string,
  parse: (value: unknown, field: string) => IpAddress,
): IpAddress[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return [parse(given, field)];
  const addresses = parseList(given as readonly string[], field, parse);
  const isIpv6 = addresses.map((address) => address.includes(':'));
  if (addresses.length > 2 || (addresses.length === 2 && isIpv6[0] === isIpv6[1])) {
    throw new InvalidArgumentError(field, given, 'at most one of each family');
  }
  return addresses;
}

/** DHCP for IPv4 has no DUID, and DHCPv6 no client id: an address that its guest could never ask for is a mistake. */
function refuseUnreachable(
  { mac, clientId, duid, addresses, ignored }: ParsedDhcpHost,
  prefix: string,
): void {
  for (const address of addresses) {
    const isIpv6 = address.includes(':');
    if (ignored)
      throw new InvalidArgumentError(`${prefix}address`, address, 'left out (the host is ignored)');
    if (mac !== undefined || (isIpv6 ? duid : clientId) !== undefined) continue;
    const known = isIpv6 ? 'mac or duid' : 'mac or clientId';
    throw new InvalidArgumentError(`${prefix}address`, address, `left out, or ${known} given`);
  }
}

function parseIgnored(value: unknown, field: string): boolean {
  if (value === undefined || value === true) return value === true;
  throw new InvalidArgumentError(field, value, 'true, or left out');
}

function parseHexBytes(value: unknown, field: string, fewest: number, most: number): string {
  if (typeof value === 'string' && /^[0-9a-f]{2}(?::[0-9a-f]{2})*$/i.test(value)) {
    const bytes = (value.length + 1) / 3;
    if (bytes >= fewest && bytes <= most) return value.toLowerCase();
  }
  throw new InvalidArgumentError(field, value, `${fewest} to ${most} bytes in hex, joined by colons`);
}
