import type { LinuxNetContext } from '../context.js';
import { bypassesFakeNetwork } from './fake-network.js';

/** Deletes a device. One that is not there is no error. */
export async function deleteNetDev(context: LinuxNetContext, device: string): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  await driver.deleteLink(device);
}

/** Takes a bridge down and deletes it. One that is not there is no error. */
export async function deleteBridgeDev(context: LinuxNetContext, bridge: string): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  if (!(await driver.linkExists(bridge))) return;
  await driver.updateLink(bridge, { up: false });
  await driver.deleteLink(bridge);
}
