import { InvalidArgumentError } from '../errors/index.js';
import {
  type IpAddress,
  ipFamily,
  isUnicast,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  parsePort,
} from '../values/index.js';
import { type Check, checked, flag, oneOf } from './checks.js';
import type { VxlanChanges, VxlanDontFragment, VxlanSpec } from './link-spec.js';

const byte: Check<number> = (value, field) => parseInteger(value, field, 0, 255, 'a byte');

/** A vxlan's settings that can be changed. */
export const vxlanFields = {
  local: unicast,
  remote: unicast,
  group: multicast,
  parent: parseInterfaceName,
  learnRemotes: flag,
  ttl: byte,
  tos: byte,
  // 0 is the kernel's word for the default (vxlan_config_apply).
  ageingTime: (value: unknown, field: string) =>
    parseInteger(value, field, 1, 0xffff_ffff, 'an ageing time in seconds'),
  dontFragment: oneOf<VxlanDontFragment>(['unset', 'set', 'inherit']),
  flowLabel: (value: unknown, field: string) => parseInteger(value, field, 0, 0xf_ffff, 'a flow label'),
};

/** What a vxlan is given at its making, and keeps. */
export const vxlanFixedFields = {
  vni: parseVni,
  port: parsePort,
  udpChecksum: flag,
  sourcePorts,
  proxy: flag,
  routeShortCircuit: flag,
  l2Miss: flag,
  l3Miss: flag,
  groupPolicy: flag,
  ttlInherit: flag,
  external: flag,
  // 0 is the kernel's word for as many as there are (vxlan_fdb_create).
  maxAddresses: (value: unknown, field: string) =>
    parseInteger(value, field, 1, 0xffff_ffff, 'a number of addresses'),
};

/** A VXLAN network identifier, 24 bits (RFC 7348, 5). */
export function parseVni(value: unknown, field: string): number {
  return parseInteger(value, field, 0, 0xff_ffff, 'a VXLAN network identifier');
}

/** The UDP ports that a vxlan sends from. @throws InvalidArgumentError */
function sourcePorts(value: unknown, field: string): { first: number; last: number } {
  const ports = checked(value, field, { first: parsePort, last: parsePort }, ['first', 'last']) as {
    first: number;
    last: number;
  };
  if (ports.first <= ports.last) return ports;
  throw new InvalidArgumentError(`${field}.last`, ports.last, `a port from ${ports.first} on`);
}

/** @throws InvalidArgumentError naming the address that does not go with the others */
export function checkVxlanAddresses({ local, remote, group }: VxlanChanges, prefix = ''): void {
  if (group !== undefined && remote !== undefined)
    throw new InvalidArgumentError(`${prefix}group`, group, 'possible beside a remote');
  const other = remote ?? group;
  if (local !== undefined && other !== undefined && ipFamily(local) !== ipFamily(other))
    throw new InvalidArgumentError(`${prefix}local`, local, `of the family of ${other}`);
}

/** @throws InvalidArgumentError for what comes with each packet */
export function checkExternal({ external, vni, remote, group }: VxlanSpec): void {
  if (external !== true) return;
  if (vni !== 0) throw new InvalidArgumentError('vni', vni, '0, as that of an external vxlan');
  const other = remote ?? group;
  if (other === undefined) return;
  throw new InvalidArgumentError(
    remote === undefined ? 'group' : 'remote',
    other,
    'possible where it is external',
  );
}

/** The address of one host. */
export function unicast(value: unknown, field: string): IpAddress {
  const address = parseIpAddress(value, field);
  if (isUnicast(address)) return address;
  throw new InvalidArgumentError(field, value, 'the address of one host');
}

function multicast(value: unknown, field: string): IpAddress {
  const address = parseIpAddress(value, field);
  // RFC 5771 and RFC 4291, 2.7.
  if (/^(?:22[4-9]|23\d)\.|^ff/.test(address)) return address;
  throw new InvalidArgumentError(field, value, 'a multicast address');
}
