import type { LinuxNetContext } from '../context.js';
import { bypassesFakeNetwork } from './fake-network.js';

/** Deletes a device. One that is not there is no error. */
export async function deleteNetDev(context: LinuxNetContext, device: string): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  await driver.deleteLink(device);
}

/**
 * Deletes a bridge, up or not. One that is not there is no error. With the faults kept it is taken
 * down before, and stays so when it cannot be deleted.
 */
export async function deleteBridgeDev(context: LinuxNetContext, bridge: string): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  if (!(await driver.linkExists(bridge))) return;
  if (context.faults === 'keep') await driver.updateLink(bridge, { up: false });
  await driver.deleteLink(bridge);
}
