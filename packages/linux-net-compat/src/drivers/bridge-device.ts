import { parseInterfaceName } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { deleteBridgeDev } from '../interfaces/delete-device.js';
import { makeLink } from '../interfaces/make-link.js';
import type { ForwardingOptions } from '../network/bridge-forwarding.js';
import { undoable } from '../undoable.js';
import { addBridgePort } from './bridge-port.js';

const LOCK = 'lock_bridge';

/** What becomes of packets in and out of a bridge. */
export interface BridgeOptions extends ForwardingOptions {
  /** Whether forwarding rules are changed at all. Left out: yes. */
  filtering?: boolean;
}

/**
 * Makes a bridge if it is missing, and an interface, if one is given, its port. The bridge forwards at
 * once, without spanning tree, and keeps the MAC address of its first interface. Addresses and routes
 * of the interface move to the bridge. Rules take effect with the next apply.
 *
 * @throws InvalidArgumentError, NovaException when the interface cannot be a port, NetDevError
 */
export async function ensureBridge(
  context: LinuxNetContext,
  bridge: string,
  port: string | null,
  { gateway = true, filtering = true }: BridgeOptions = {},
): Promise<void> {
  const name = parseInterfaceName(bridge, 'bridge');
  const interfaceName = port ? parseInterfaceName(port, 'interface') : undefined;
  await context.locks.hold(LOCK, async () => {
    if (!context.conf.fake_network) {
      const attempt = { operation: 'ensure bridge', object: name };
      await undoable(context.faults, attempt, async (undo) => {
        const driver = await context.netdev();
        if (!(await driver.linkExists(name))) {
          await makeLink(context, { kind: 'bridge', name, forwardDelay: 0, stp: false, up: true });
          undo(`bridge ${name}`, () => driver.deleteLink(name));
        }
        if (interfaceName !== undefined) await addBridgePort(context, name, interfaceName, undo);
      });
    }
    if (filtering) await context.rules.setBridgeForwarding(name, { gateway });
  });
}

/** Deletes a bridge and its forwarding rules. One that is not there is no error, and its rules stay. */
export async function removeBridge(
  context: LinuxNetContext,
  bridge: string,
  { gateway = true, filtering = true }: BridgeOptions = {},
): Promise<void> {
  const name = parseInterfaceName(bridge, 'bridge');
  await context.locks.hold(LOCK, async () => {
    const driver = await context.netdev();
    if (!(await driver.linkExists(name))) return;
    const clear = async () => {
      if (filtering) await context.rules.clearBridgeForwarding(name, { gateway });
    };
    // A bridge that stays because it cannot be deleted keeps its rules.
    if (context.faults === 'keep') await clear();
    await deleteBridgeDev(context, name);
    if (context.faults === 'mend') await clear();
  });
}
