import type { OriginalHost } from 'dhcp-dnsmasq/original';
import { InvalidArgumentError, parseIpAddress, parseMacAddress } from 'netdev-core';
import type { FixedIp } from '../context.js';

/**
 * Reads a fixed address of the original's shape.
 *
 * @throws InvalidArgumentError for a part that is missing, or that could end a field or a line in a dnsmasq file
 */
export function parseFixedIp(record: FixedIp, field = 'fixedIp'): OriginalHost {
  const mac = member(record.virtual_interface, 'address');
  parseMacAddress(mac, `${field}.virtual_interface.address`);
  return {
    address: parseIpAddress(record.address, `${field}.address`),
    mac: String(mac),
    hostname: parseHostname(member(record.instance, 'hostname'), `${field}.instance.hostname`),
    vifId: parseVifId(record.virtual_interface_id, `${field}.virtual_interface_id`),
    allocated: record.allocated === true,
    leased: record.leased === true,
    defaultRoute: record.default_route === true,
  };
}

/** Reads fixed addresses of the original's shape. @throws InvalidArgumentError */
export function parseFixedIps(fixedIps: readonly FixedIp[]): OriginalHost[] {
  return fixedIps.map((record, index) => parseFixedIp(record, `fixedIps[${index}]`));
}

/** @throws InvalidArgumentError */
export function parseVifId(value: unknown, field = 'vifId'): string | number {
  if (Number.isSafeInteger(value)) return value as number;
  if (typeof value === 'string' && /^[\w-]+$/.test(value)) return value;
  throw new InvalidArgumentError(field, value, 'a number or an identifier');
}

function member(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined;
}

function parseHostname(value: unknown, field: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && /^[^\s,\p{Cc}]*$/u.test(value)) return value;
  throw new InvalidArgumentError(field, value, 'a host name without commas and white space');
}
