import type { LinuxNetContext } from '../context.js';
import { setDeviceMtu } from './device-mtu.js';
import { bypassesFakeNetwork } from './fake-network.js';

/** Makes two joined devices, both up and promiscuous. What has one of the names goes first. */
export async function createVethPair(context: LinuxNetContext, one: string, other: string): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  for (const name of [one, other]) await driver.deleteLink(name);
  await driver.createLink({ kind: 'veth', name: one, peer: { name: other } });
  for (const name of [one, other]) {
    await driver.updateLink(name, { up: true, promiscuous: true });
    await setDeviceMtu(context, name);
  }
}
