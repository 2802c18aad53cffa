import { InvalidArgumentError } from '../errors/index.js';
import type { Branded } from './brand.js';

/** Where a device is on the PCI bus, in lower case: `0000:04:10.1` (domain, bus, device, function). */
export type PciAddress = Branded<'PciAddress'>;

/**
 * Parses a PCI address as sysfs and lspci(8) write it: hex digits, four or more of the domain, which may not be left out.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parsePciAddress(value: unknown, field = 'pciAddress'): PciAddress {
  if (typeof value === 'string' && /^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/i.test(value))
    return value.toLowerCase() as PciAddress;
  throw new InvalidArgumentError(field, value, 'a PCI address (domain:bus:device.function: 0000:04:10.1)');
}
