import { parseInterfaceName } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { bypassesFakeNetwork } from './fake-network.js';

/** Puts a device on the Indigo virtual switch. @throws CommandError */
export async function createIvsVifPort(context: LinuxNetContext, device: string): Promise<void> {
  parseInterfaceName(device, 'device');
  if (bypassesFakeNetwork(context)) await context.runner.run(['ivs-ctl', 'add-port', device]);
}

/** Takes a device off the Indigo virtual switch and deletes it. @throws CommandError */
export async function deleteIvsVifPort(context: LinuxNetContext, device: string): Promise<void> {
  parseInterfaceName(device, 'device');
  if (!bypassesFakeNetwork(context)) return;
  await context.runner.run(['ivs-ctl', 'del-port', device]);
  const driver = await context.netdev();
  await driver.deleteLink(device);
}
