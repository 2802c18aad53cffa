import { InvalidArgumentError } from '../errors/index.js';
import type { Branded } from './brand.js';

/** A 48-bit MAC address in lower case with colons: `02:00:5e:10:00:01`. */
export type MacAddress = Branded<'MacAddress'>;

/**
 * Parses a MAC address written as six pairs of hex digits joined by `:` or by `-`, in either case.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseMacAddress(value: unknown, field = 'mac'): MacAddress {
  if (typeof value === 'string' && /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(value)) {
    return value.toLowerCase().replaceAll('-', ':') as MacAddress;
  }
  throw new InvalidArgumentError(field, value, 'a MAC address (six pairs of hex digits: 02:00:5e:10:00:01)');
}

/**
 * Like {@link parseMacAddress}, and refuses what cannot be a device's own address: group addresses
 * (lowest bit of the first octet set, IEEE 802) and all zeros.
 */
export function parseUnicastMac(value: unknown, field = 'mac'): MacAddress {
  const mac = parseMacAddress(value, field);
  if ((Number.parseInt(mac.slice(0, 2), 16) & 1) === 0 && mac !== '00:00:00:00:00:00') return mac;
  throw new InvalidArgumentError(
    field,
    value,
    'a unicast MAC address (a device cannot carry a group or zero address)',
  );
}
