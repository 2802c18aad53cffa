import { InvalidArgumentError } from '../errors/index.js';
import {
  type Cidr,
  cidrAddress,
  type InterfaceName,
  type IpAddress,
  ipFamily,
  type Network,
  parseCidr,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  parseMtu,
  parseNetwork,
  parseUnicastMac,
  prefixLength,
} from '../values/index.js';
import type { AddressScope, AddressSpec } from './address.js';
import { checkAltNames, parseAltNames } from './alternative-names.js';
import { bridgeFields } from './bridge-settings.js';
import { type Check, checked, flag, oneOf } from './checks.js';
import { checkLinkKind, fieldsOfKind, linkKinds, tapFields } from './link-kinds.js';
import type { LinkChanges, LinkSpec } from './link-spec.js';
import { checkMacvlan, macvlanFields } from './macvlan-fields.js';
import type { NamespaceRef } from './namespace.js';
import { checkNextHopFamily, type ParsedNextHop, parseNextHops } from './next-hops.js';
import { portFields } from './port-settings.js';
import type { RouteKind, RouteSpec } from './route.js';
import { checkVxlanAddresses, vxlanFields } from './vxlan-fields.js';

const scopes: readonly AddressScope[] = ['global', 'site', 'link', 'host'];
const routeKinds: readonly RouteKind[] = ['unicast', 'blackhole', 'unreachable', 'prohibit', 'throw'];
const lifetime: Check<number> = (value, field) =>
  parseInteger(value, field, 1, 0xffff_fffe, 'a lifetime in seconds');

const macvlanChanges = { kind: oneOf(['macvlan', 'macvtap']), ...macvlanFields };

const settings = {
  up: flag,
  mtu: parseMtu,
  mac: parseUnicastMac,
  master: (value: unknown, field: string) => (value === null ? null : parseInterfaceName(value, field)),
  ...portFields,
  promiscuous: flag,
  allMulticast: flag,
  alias,
  altNames: parseAltNames,
};

/**
 * Parses a link's specification: every field by its type, and none that its kind does not have.
 *
 * @throws InvalidArgumentError naming the field
 */
export function parseLinkSpec(spec: LinkSpec): LinkSpec {
  const { known, required } = checksOfKind(oneOf(linkKinds)(spec?.kind, 'kind'));
  const parsed = checked(spec, 'spec', known, required, '') as unknown as LinkSpec;
  checkLinkKind(parsed);
  return parsed;
}

interface KindChecks {
  known: Readonly<Record<string, Check<unknown>>>;
  required: readonly string[];
}

const checksByKind = new Map<LinkSpec['kind'], KindChecks>();

function checksOfKind(kind: LinkSpec['kind']): KindChecks {
  const ready = checksByKind.get(kind);
  if (ready !== undefined) return ready;
  const { fields, required, without = [] } = fieldsOfKind(kind, parseNamespaceRef);
  const all = { kind: (value: unknown) => value, name: parseInterfaceName, ...settings, ...fields };
  const made: KindChecks = {
    known: Object.fromEntries(Object.entries(all).filter(([field]) => !without.includes(field))),
    required: ['name', ...required],
  };
  checksByKind.set(kind, made);
  return made;
}

const changes = {
  name: parseInterfaceName,
  ...settings,
  dropAltNames: parseAltNames,
  bridge: (value: unknown, field: string) => checked(value, field, bridgeFields, []),
  vxlan: (value: unknown, field: string) => checked(value, field, vxlanFields, []),
  tap: (value: unknown, field: string) => checked(value, field, tapFields, []),
  macvlan: (value: unknown, field: string) => checked(value, field, macvlanChanges, []),
};

/** Parses changes to a link. @throws InvalidArgumentError naming the field */
export function parseLinkChanges(given: LinkChanges): LinkChanges {
  const parsed = checked(given, 'changes', changes, [], '') as LinkChanges;
  checkAltNames(parsed);
  checkVxlanAddresses(parsed.vxlan ?? {}, 'vxlan.');
  checkMacvlan(parsed.macvlan ?? {}, 'macvlan.');
  return parsed;
}

/** An {@link AddressSpec} with its values parsed. */
export interface ParsedAddressSpec extends Omit<AddressSpec, 'link' | 'cidr' | 'broadcast' | 'peer'> {
  link: InterfaceName;
  cidr: Cidr;
  broadcast?: IpAddress | null;
  peer?: IpAddress;
}

/** Parses an address to be given to a link. @throws InvalidArgumentError naming the field */
export function parseAddressSpec(spec: AddressSpec): ParsedAddressSpec {
  const family = typeof spec?.cidr === 'string' ? ipFamily(spec.cidr) : undefined;
  const ipv4Only: Check<IpAddress | null> = (value, field) => {
    if (family === 'ipv6') throw new InvalidArgumentError(field, value, 'possible for an IPv6 address');
    return value === null ? null : parseIpAddress(value, field, 'ipv4');
  };
  const known = {
    link: parseInterfaceName,
    cidr: (value: unknown, field: string) => parseCidr(value, field),
    scope: oneOf(scopes),
    broadcast: ipv4Only,
    peer: (value: unknown, field: string) => parseIpAddress(value, field, family),
    noPrefixRoute: flag,
    label,
    skipDuplicateDetection: flag,
    validLifetime: lifetime,
    preferredLifetime: lifetime,
  };
  const parsed = checked(spec, 'spec', known, ['link', 'cidr'], '') as unknown as ParsedAddressSpec;
  if ((parsed.preferredLifetime ?? 0) > (parsed.validLifetime ?? Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError(
      'preferredLifetime',
      parsed.preferredLifetime,
      'at most the valid lifetime',
    );
  }
  return parsed;
}

/** A {@link RouteSpec} with its values parsed. */
export interface ParsedRouteSpec
  extends Omit<RouteSpec, 'destination' | 'via' | 'link' | 'source' | 'nextHops'> {
  destination: Network;
  via?: IpAddress;
  link?: InterfaceName;
  source?: IpAddress;
  nextHops?: readonly ParsedNextHop[];
}

/** Parses a route; `default` becomes `0.0.0.0/0` or `::/0`. @throws InvalidArgumentError naming the field */
export function parseRouteSpec(spec: RouteSpec): ParsedRouteSpec {
  const hops = Array.isArray(spec?.nextHops) ? spec.nextHops : [];
  const gateway = spec?.via ?? spec?.source ?? hops.find((hop) => typeof hop?.via === 'string')?.via;
  const known = {
    destination: (value: unknown, field: string) =>
      value === 'default' ? defaultNetwork(gateway) : parseNetwork(value, field),
    kind: oneOf(routeKinds),
    via: (value: unknown, field: string) => parseIpAddress(value, field),
    link: parseInterfaceName,
    source: (value: unknown, field: string) => parseIpAddress(value, field),
    metric: (value: unknown, field: string) => parseInteger(value, field, 0, 0xffff_ffff, 'a metric'),
    table: (value: unknown, field: string) => parseInteger(value, field, 1, 0xffff_ffff, 'a routing table'),
    scope: oneOf([...scopes, 'nowhere']),
    protocol: (value: unknown, field: string) => word(value, field),
    onLink: flag,
    nextHops: parseNextHops,
    mtu: parseMtu,
  };
  const parsed = checked(spec, 'spec', known, ['destination'], '') as unknown as ParsedRouteSpec;
  for (const field of ['via', 'source'] as const) {
    const value = parsed[field];
    if (value !== undefined && ipFamily(value) !== ipFamily(parsed.destination)) {
      throw new InvalidArgumentError(field, value, `of the family of ${parsed.destination}`);
    }
  }
  const { via, link, onLink, nextHops } = parsed;
  if (parsed.kind !== undefined && parsed.kind !== 'unicast' && (via ?? link ?? nextHops) !== undefined) {
    throw new InvalidArgumentError('kind', parsed.kind, 'possible with a gateway or a link');
  }
  if (nextHops !== undefined && (via ?? link ?? onLink) !== undefined)
    throw new InvalidArgumentError('nextHops', nextHops, 'possible beside via, link or onLink');
  checkNextHopFamily(nextHops ?? [], ipFamily(parsed.destination));
  return parsed;
}

/** Parses a reference to a namespace. @throws InvalidArgumentError naming the field */
export function parseNamespaceRef(value: unknown, field = 'namespace'): NamespaceRef {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const keys = Object.keys(given);
  if (keys.length !== 1)
    throw new InvalidArgumentError(field, value, 'a namespace: { name }, { path } or { pid }');
  if ('name' in given) return { name: parseNamespaceName(given.name, `${field}.name`) };
  if ('pid' in given) return { pid: parseInteger(given.pid, `${field}.pid`, 1, 4_194_304, 'a process id') };
  if ('path' in given && typeof given.path === 'string' && /^\/[^\0\n]{1,4094}$/.test(given.path))
    return { path: given.path };
  throw new InvalidArgumentError(`${field}.path`, given.path, 'an absolute path');
}

/** Parses a namespace's name, which is also a file name. @throws InvalidArgumentError naming the field */
export function parseNamespaceName(value: unknown, field = 'namespace'): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(value)) return value;
  throw new InvalidArgumentError(
    field,
    value,
    'a namespace name (1 to 64 of A-Z a-z 0-9 _ . -, first no dot or dash)',
  );
}

/** Whether a broadcast address goes with a network by default: IPv4, and larger than a pair (RFC 3021). */
export function hasBroadcast(cidr: Cidr): boolean {
  return ipFamily(cidrAddress(cidr)) === 'ipv4' && prefixLength(cidr) < 31;
}

function alias(value: unknown, field: string): string {
  // 255 bytes is IFALIASZ (linux/if.h) less its NUL.
  if (typeof value === 'string' && /^[^\p{C}\p{Zl}\p{Zp}]*$/u.test(value) && Buffer.byteLength(value) <= 255)
    return value;
  throw new InvalidArgumentError(field, value, 'a text of up to 255 bytes without control characters');
}

function label(value: unknown, field: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,14}$/.test(value)) return value;
  throw new InvalidArgumentError(field, value, 'an address label (1 to 15 of A-Z a-z 0-9 _ . : -)');
}

/** A word of the platform's own. */
export function word(value: unknown, field: string): string {
  if (typeof value === 'string' && /^[a-z0-9_]{1,16}$/.test(value)) return value;
  throw new InvalidArgumentError(field, value, 'a word of a-z 0-9 _');
}

function defaultNetwork(other: string | undefined): Network {
  return parseNetwork(other !== undefined && ipFamily(other) === 'ipv6' ? '::/0' : '0.0.0.0/0');
}
