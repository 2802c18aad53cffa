import type { LinuxNetContext } from '../context.js';
import { deleteNetDev } from '../interfaces/delete-device.js';
import { deviceExists } from '../interfaces/device-exists.js';
import { undoable } from '../undoable.js';
import { ensureBridge, removeBridge } from './bridge-device.js';
import { ensureVlan, removeVlan, type VlanDeviceOptions, vlanDevice } from './vlan-device.js';

/** Makes a bridge over a VLAN, as far as they are missing; answers the VLAN's device. */
export async function ensureVlanBridge(
  context: LinuxNetContext,
  vlan: number,
  bridge: string,
  parent: string,
  { mac = null, mtu = null }: Omit<VlanDeviceOptions, 'name'> = {},
): Promise<string> {
  const attempt = { operation: 'ensure bridge', object: bridge };
  return undoable(context.faults, attempt, async (undo) => {
    const isNew = !(await deviceExists(context, vlanDevice(vlan)));
    const device = await ensureVlan(context, vlan, parent, { mac, mtu });
    if (isNew) undo(device, () => deleteNetDev(context, device));
    await ensureBridge(context, bridge, device);
    return device;
  });
}

/** Deletes a bridge and the device of the VLAN below. What is not there is no error. */
export async function removeVlanBridge(
  context: LinuxNetContext,
  vlan: number,
  bridge: string,
): Promise<void> {
  await removeBridge(context, bridge);
  await removeVlan(context, vlan);
}
