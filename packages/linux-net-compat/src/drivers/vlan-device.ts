import { parseInterfaceName, parseUnicastMac, parseVlanId } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { deleteNetDev } from '../interfaces/delete-device.js';
import { setDeviceMtu } from '../interfaces/device-mtu.js';
import { makeLink } from '../interfaces/make-link.js';
import { undoable } from '../undoable.js';

const LOCK = 'lock_vlan';

/** How a VLAN device is made. */
export interface VlanDeviceOptions {
  /** What a new device gets; a bridge inherits it. Left out: its parent's. */
  mac?: string | null;
  /** In bytes; set every time. Left out: the `network_device_mtu`. */
  mtu?: number | null;
  /** Left out: `vlan` and the number. */
  name?: string | null;
}

/** Makes a VLAN's device if it is missing, and answers its name. @throws InvalidArgumentError, NetDevError */
export async function ensureVlan(
  context: LinuxNetContext,
  vlan: number,
  parent: string,
  { mac, mtu, name }: VlanDeviceOptions = {},
): Promise<string> {
  const device = parseInterfaceName(name ?? vlanDevice(vlan), 'name');
  const spec = {
    kind: 'vlan',
    name: device,
    parent: parseInterfaceName(parent, 'parent'),
    vlanId: vlan,
    up: true,
    ...(mac ? { mac: parseUnicastMac(mac) } : {}),
  } as const;
  await context.locks.hold(LOCK, async () => {
    const attempt = { operation: 'ensure vlan', object: device };
    await undoable(context.faults, attempt, async (undo) => {
      const driver = await context.netdev();
      if (!(await driver.linkExists(device)) && !context.conf.fake_network) {
        await makeLink(context, spec);
        undo(device, () => driver.deleteLink(device));
      }
      await setDeviceMtu(context, device, mtu);
    });
  });
  return device;
}

/** Deletes a VLAN's device; one that is not there is no error. */
export async function removeVlan(context: LinuxNetContext, vlan: number): Promise<void> {
  await context.locks.hold(LOCK, () => deleteNetDev(context, vlanDevice(vlan)));
}

/** The name of a VLAN's device. @throws InvalidArgumentError */
export function vlanDevice(vlan: number): string {
  return `vlan${parseVlanId(vlan)}`;
}
