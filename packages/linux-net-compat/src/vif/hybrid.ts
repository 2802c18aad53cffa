import type { LinuxNetContext } from '../context.js';
import { deleteBridgeDev, deleteNetDev } from '../interfaces/delete-device.js';
import { deviceExists } from '../interfaces/device-exists.js';
import { setDeviceMtu } from '../interfaces/device-mtu.js';
import { bypassesFakeNetwork } from '../interfaces/fake-network.js';
import { createVethPair } from '../interfaces/veth-pair.js';
import { undoable } from '../undoable.js';
import { nicName, type Vif } from './vif.js';

/** Puts one end of a pair on a virtual switch. */
export type PutOnSwitch = (device: string) => Promise<void>;

/**
 * Makes a bridge for one guest alone and joins it to a virtual switch by a pair of devices, so that
 * iptables sees the guest's traffic: it does not see what is on a port of the switch itself. The
 * hypervisor puts the guest's tap on the bridge.
 */
export async function plugHybrid(context: LinuxNetContext, vif: Vif, put: PutOnSwitch): Promise<void> {
  const [bridge, inner, outer] = [nicName(vif, 'qbr'), nicName(vif, 'qvb'), nicName(vif, 'qvo')];
  const attempt = { operation: 'plug', object: bridge };
  await undoable(context.faults, attempt, async (undo) => {
    const works = bypassesFakeNetwork(context);
    const driver = await context.netdev();
    if (works && !(await deviceExists(context, bridge))) {
      await driver.ensureLink({
        ...{ kind: 'bridge', name: bridge, forwardDelay: 0, stp: false },
        // With nobody to ask for it, what neighbour discovery sends would not arrive.
        multicastSnooping: false,
      });
      undo(`bridge ${bridge}`, () => driver.deleteLink(bridge));
    }
    if (await deviceExists(context, outer)) return;
    await createVethPair(context, inner, outer);
    undo(`${inner} and ${outer}`, () => deleteNetDev(context, outer));
    if (works) {
      await driver.updateLink(bridge, { up: true });
      await driver.updateLink(inner, { master: bridge });
    }
    await put(outer);
    const mtu = vif.network?.meta?.mtu ?? null;
    if (mtu !== null) for (const device of [inner, outer]) await setDeviceMtu(context, device, mtu);
  });
}

/** Takes back what {@link plugHybrid} did; `take` takes one end of the pair off the switch and deletes it. */
export async function unplugHybrid(context: LinuxNetContext, vif: Vif, take: PutOnSwitch): Promise<void> {
  await deleteBridgeDev(context, nicName(vif, 'qbr'));
  await take(nicName(vif, 'qvo'));
}
