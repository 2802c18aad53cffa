import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  DeviceNotFoundError,
  type InterfaceName,
  type PciAddress,
  PlatformError,
  type VirtualFunction,
} from 'netdev-core';

/** A representor of a virtual or sub-function, by the words of devlink_port_phys_port_name_get. */
const REPRESENTOR = /^(?:c\d+)?pf\d+(?:vf|sf)\d+$/;

/**
 * The virtual function at a place on the PCI bus, from what sysfs says of it (the kernel's
 * ABI/testing/sysfs-bus-pci: physfn, virtfnN): links of the namespace that `/sys` was mounted in.
 *
 * @throws DeviceNotFoundError, PlatformError
 */
export async function findVirtualFunction(pciAddress: PciAddress, sysfs = '/sys'): Promise<VirtualFunction> {
  const attempt = { operation: 'find virtual function', object: pciAddress };
  const device = join(sysfs, 'bus', 'pci', 'devices', pciAddress);
  const own = await target(device);
  if (own === undefined) throw new DeviceNotFoundError({ ...attempt, hint: 'lspci -D lists what there is' });
  const physical = await target(join(device, 'physfn'));
  if (physical === undefined)
    throw new PlatformError({ ...attempt, detail: 'the device there is no virtual function' });
  const index = await numberOf(own, physical);
  const [parent] = await linksOf(physical);
  if (index === undefined || parent === undefined) {
    throw new PlatformError({
      ...attempt,
      detail:
        index === undefined
          ? `${basename(physical)} does not count it among its functions`
          : `its card ${basename(physical)} has no network device here`,
      hint: 'the card may be in another namespace, or without its driver',
    });
  }
  const [link] = await linksOf(own);
  return { pciAddress, ...(link === undefined ? {} : { link }), parent, index };
}

/** Where a symbolic link leads, if it is there. */
async function target(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The number under which a physical function counts a virtual one: `virtfnN`, for N from 0. */
async function numberOf(own: string, physical: string): Promise<number | undefined> {
  for (const name of await namesIn(physical)) {
    const [, number] = /^virtfn(\d+)$/.exec(name) ?? [];
    if (number !== undefined && (await target(join(physical, name))) === own) return Number(number);
  }
  return undefined;
}

/** The links of a device. In switchdev mode those that represent other functions are among a card's, and left out. */
async function linksOf(device: string): Promise<InterfaceName[]> {
  const found: InterfaceName[] = [];
  for (const name of await namesIn(join(device, 'net'))) {
    // Devices without ports refuse to be read there.
    const port = await readFile(join(device, 'net', name, 'phys_port_name'), 'utf8').catch(() => '');
    if (!REPRESENTOR.test(port.trim())) found.push(name as InterfaceName);
  }
  return found;
}
