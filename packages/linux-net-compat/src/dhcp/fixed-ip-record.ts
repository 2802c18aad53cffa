import { InvalidArgumentError, parseIpAddress, parseMacAddress } from 'netdev-core';
import type { FixedIp } from '../context.js';

/** What the DHCP side reads of a fixed address, checked. */
export interface FixedIpRecord {
  address: string;
  /** As the record spells it: the original never changed its case. */
  mac: string;
  /** `null` for a guest without a name. */
  hostname: string | null;
  vifId: string | number;
  allocated: boolean;
  leased: boolean;
  defaultRoute: boolean;
}

/**
 * Reads a fixed address of the original's shape.
 *
 * @throws InvalidArgumentError for a part that is missing, or that could end a field or a line in a dnsmasq file
 */
export function parseFixedIp(record: FixedIp, field = 'fixedIp'): FixedIpRecord {
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
