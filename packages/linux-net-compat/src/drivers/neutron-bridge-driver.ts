import { type Cidr, parseCidr, parseUnicastMac, prefixLength } from 'netdev-core';
import { deleteNetDev } from '../interfaces/delete-device.js';
import { deviceExists } from '../interfaces/device-exists.js';
import { bypassesFakeNetwork } from '../interfaces/fake-network.js';
import { makeLink } from '../interfaces/make-link.js';
import { createTapDev } from '../interfaces/tap-device.js';
import { type NoteUndo, undoable } from '../undoable.js';
import { type DriverNetwork, deviceOf, dhcpServerOf } from './driver-network.js';
import { HostDriver } from './host-driver.js';
import type { PlugOptions } from './interface-driver.js';

/**
 * Serves each network on a tap beside a bridge that Neutron's Linux bridge agent looks after; the agent
 * makes the tap its port. It changes rules in memory and leaves the apply to the caller.
 */
export class NeutronLinuxBridgeInterfaceDriver extends HostDriver {
  /**
   * Answers the tap; without `gateway` the bridge, of which packets are then kept from being forwarded,
   * and makes no device.
   *
   * @throws InvalidArgumentError, NetDevError
   */
  override async plug(
    network: DriverNetwork,
    mac: string,
    { gateway = true }: PlugOptions = {},
  ): Promise<string> {
    const context = this.context;
    const [device, bridge] = [this.getDev(network), this.getBridge(network)];
    if (!gateway) {
      await context.rules.setBridgeForwarding(bridge, { gateway });
      return bridge;
    }
    const address = parseUnicastMac(mac);
    const attempt = { operation: 'plug', object: device };
    await undoable(context.faults, attempt, async (undo) => {
      await context.rules.setBridgeForwarding(bridge);
      undo(`rules of ${bridge}`, () => context.rules.clearBridgeForwarding(bridge));
      const isNew = !(await deviceExists(context, device));
      await createTapDev(context, device, address);
      if (isNew) undo(device, () => deleteNetDev(context, device));
      if (bypassesFakeNetwork(context) && !(await deviceExists(context, bridge)))
        await this.#makeBridge(bridge, address, serverCidr(network), undo);
    });
    return device;
  }

  /** Deletes the tap; the bridge and the rules stay. */
  override async unplug(network: DriverNetwork): Promise<string | null> {
    const device = this.getDev(network);
    if (!(await deviceExists(this.context, device))) return null;
    await deleteNetDev(this.context, device);
    return device;
  }

  override getDev(network: DriverNetwork): string {
    return deviceOf(network, 'gw-');
  }

  /** The bridge that the agent has for the network. */
  getBridge(network: DriverNetwork): string {
    return deviceOf(network, 'brq');
  }

  async #makeBridge(bridge: string, mac: string, cidr: Cidr, undo: NoteUndo): Promise<void> {
    const driver = await this.context.netdev();
    await makeLink(this.context, {
      kind: 'bridge',
      name: bridge,
      forwardDelay: 0,
      stp: false,
      mac,
      up: true,
    });
    undo(`bridge ${bridge}`, () => driver.deleteLink(bridge));
    await driver.ensureAddress({ link: bridge, cidr, broadcast: null });
  }
}

/** The address that a network is served from, with the network's prefix length. */
function serverCidr(network: DriverNetwork): Cidr {
  const length = prefixLength(parseCidr(network.cidr, 'network.cidr', 'ipv4'));
  return parseCidr(`${dhcpServerOf(network)}/${length}`);
}
