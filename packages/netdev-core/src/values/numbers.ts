import { InvalidArgumentError } from '../errors/index.js';

/** A TCP or UDP port, or a range of them with both ends included. */
export type PortRange = number | readonly [first: number, last: number];

/**
 * Checks a whole number within bounds.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseInteger(
  value: unknown,
  field: string,
  min: number,
  max: number,
  what = 'a whole number',
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(field, value, `${what} from ${min} to ${max}`);
}

/** A port number, 1 to 65535. */
export function parsePort(value: unknown, field = 'port'): number {
  return parseInteger(value, field, 1, 65535, 'a port');
}

/** A port or an ascending pair of them. */
export function parsePortRange(value: unknown, field = 'ports'): PortRange {
  if (!Array.isArray(value)) return parsePort(value, field);
  const first = parsePort(value[0], `${field}[0]`);
  const last = parsePort(value[1], `${field}[1]`);
  if (value.length !== 2 || first > last)
    throw new InvalidArgumentError(field, undefined, 'a pair [first, last]');
  return [first, last];
}

/** A VLAN id, 0 to 4094 (IEEE 802.1Q: 0 marks frames with a priority and no VLAN, 4095 is reserved). */
export function parseVlanId(value: unknown, field = 'vlan'): number {
  return parseInteger(value, field, 0, 4094, 'a VLAN id');
}

/** A device's MTU in bytes: 68 (the least that IPv4 allows, RFC 791) to 65536 (Linux's loopback). */
export function parseMtu(value: unknown, field = 'mtu'): number {
  return parseInteger(value, field, 68, 65536, 'an MTU');
}
