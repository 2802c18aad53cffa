import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePciAddress } from 'netdev-core';
import { afterEach, expect, test } from 'vitest';
import { findVirtualFunction } from '../src/sysfs/find-virtual-function.js';

// No machine that runs these tests has such a card: the folder is laid out as the kernel's ABI/testing/sysfs-bus-pci
// says, with the devices below /sys/devices and symbolic links to them.
const sysfs = mkdtempSync(join(tmpdir(), 'netdev-sysfs-'));
const devices = join(sysfs, 'devices', 'pci0000:00', '0000:00:03.0');

/** A device of the bus with its links: names, and the names of their ports where they have one. */
function addDevice(pciAddress: string, links: Record<string, string | undefined> = {}): void {
  mkdirSync(join(sysfs, 'bus', 'pci', 'devices'), { recursive: true });
  mkdirSync(join(devices, pciAddress), { recursive: true });
  symlinkSync(join(devices, pciAddress), join(sysfs, 'bus', 'pci', 'devices', pciAddress));
  for (const [name, port] of Object.entries(links)) {
    mkdirSync(join(devices, pciAddress, 'net', name), { recursive: true });
    if (port !== undefined)
      writeFileSync(join(devices, pciAddress, 'net', name, 'phys_port_name'), `${port}\n`);
  }
}

/** As the kernel links the two to each other. */
function connect(virtual: string, physical: string, index: number): void {
  symlinkSync(`../${physical}`, join(devices, virtual, 'physfn'));
  symlinkSync(`../${virtual}`, join(devices, physical, `virtfn${index}`));
}

const find = (pciAddress: string) => findVirtualFunction(parsePciAddress(pciAddress), sysfs);

afterEach(() => rmSync(sysfs, { recursive: true, force: true }));

test('a virtual function has its link, its card and its number', async () => {
  addDevice('0000:04:00.0', { enp4s0f0: undefined });
  for (const index of [0, 1, 12]) {
    addDevice(`0000:04:10.${index % 8}`, { [`enp4s0f0v${index}`]: undefined });
    connect(`0000:04:10.${index % 8}`, '0000:04:00.0', index);
  }
  expect(await find('0000:04:10.4')).toEqual({
    pciAddress: '0000:04:10.4',
    link: 'enp4s0f0v12',
    parent: 'enp4s0f0',
    index: 12,
  });
});

test('one that a guest has is without a link', async () => {
  addDevice('0000:04:00.0', { eth2: undefined });
  addDevice('0000:04:10.1');
  connect('0000:04:10.1', '0000:04:00.0', 0);
  expect(await find('0000:04:10.1')).toEqual({ pciAddress: '0000:04:10.1', parent: 'eth2', index: 0 });
});

test('the links of a card that stand for other functions are passed over', async () => {
  addDevice('0000:04:00.0', { eth0: 'pf0vf0', eth1: 'c1pf0sf88', eth2: 'p0' });
  addDevice('0000:04:10.1', { eth3: undefined });
  connect('0000:04:10.1', '0000:04:00.0', 0);
  expect(await find('0000:04:10.1')).toMatchObject({ parent: 'eth2', link: 'eth3' });
});

test('what is missing is said', async () => {
  await expect(find('0000:04:10.1')).rejects.toMatchObject({
    code: 'DEVICE_NOT_FOUND',
    object: '0000:04:10.1',
  });
  addDevice('0000:04:10.1', { eth3: undefined });
  await expect(find('0000:04:10.1')).rejects.toThrow('the device there is no virtual function');
  addDevice('0000:04:00.0');
  symlinkSync('../0000:04:00.0', join(devices, '0000:04:10.1', 'physfn'));
  await expect(find('0000:04:10.1')).rejects.toThrow('0000:04:00.0 does not count it among its functions');
  symlinkSync('../0000:04:10.1', join(devices, '0000:04:00.0', 'virtfn0'));
  await expect(find('0000:04:10.1')).rejects.toThrow('its card 0000:04:00.0 has no network device here');
});
