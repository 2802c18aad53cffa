import type { LinuxNetContext } from '../context.js';
import { undoable } from '../undoable.js';
import { setDeviceMtu } from './device-mtu.js';
import { bypassesFakeNetwork } from './fake-network.js';

/**
 * Makes two joined devices, both up and promiscuous, or none. What has one of the names goes first.
 *
 * @throws InvalidArgumentError, NetDevError
 */
export async function createVethPair(context: LinuxNetContext, one: string, other: string): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  for (const name of [one, other]) await driver.deleteLink(name);
  await undoable(context.faults, { operation: 'make pair', object: `${one} and ${other}` }, async (undo) => {
    await driver.createLink({ kind: 'veth', name: one, peer: { name: other } });
    undo(`pair ${one} and ${other}`, () => driver.deleteLink(one));
    for (const name of [one, other]) {
      for (const changes of [{ up: true }, { promiscuous: true }]) await driver.updateLink(name, changes);
      await setDeviceMtu(context, name);
    }
  });
}
