import { parseInterfaceName, parseUnicastMac } from 'netdev-core';
import { setDeviceMtu } from '../interfaces/device-mtu.js';
import { openVSwitch, openVSwitchFlows } from '../interfaces/ovs-vsctl.js';
import { type NoteUndo, undoable } from '../undoable.js';
import { type DriverNetwork, deviceOf } from './driver-network.js';
import { HostDriver } from './host-driver.js';
import type { PlugOptions } from './interface-driver.js';

/**
 * Serves each network on a port of the `linuxnet_ovs_integration_bridge` of Open vSwitch. It changes
 * rules in memory and leaves the apply to the caller.
 */
export class LinuxOVSInterfaceDriver extends HostDriver {
  /** @throws InvalidArgumentError, AgentError when Open vSwitch refuses, CommandError when ovs-ofctl(8) fails, NetDevError */
  override async plug(
    network: DriverNetwork,
    mac: string,
    { gateway = true }: PlugOptions = {},
  ): Promise<string> {
    const context = this.context;
    const [device, bridge] = [this.getDev(network), this.#bridge()];
    const address = parseUnicastMac(mac);
    const driver = await context.netdev();
    if (await driver.linkExists(device)) return device;
    const attempt = { operation: 'plug', object: device };
    await undoable(context.faults, attempt, async (undo) => {
      await this.#addPort(device, mac, undo);
      if (!context.conf.fake_network) await driver.updateLink(device, { mac: address });
      await setDeviceMtu(context, device, network.mtu ?? null);
      if (!context.conf.fake_network) await driver.updateLink(device, { up: true });
      if (!gateway) {
        // Of what comes in, guests' DHCP requests alone reach this host.
        const flows = await openVSwitchFlows(context);
        await flows.addFlow(bridge, { priority: 1, action: 'drop' });
        const match = { protocol: 'udp', destinationPort: 67, destinationMac: mac } as const;
        await flows.addFlow(bridge, { match, priority: 2, action: 'normal' });
      }
    });
    await context.rules.setBridgeForwarding(bridge, { gateway });
    return device;
  }

  /** Rules and flows stay: other networks share the bridge. @throws AgentError */
  override async unplug(network: DriverNetwork): Promise<string> {
    const device = this.getDev(network);
    await (await openVSwitch(this.context)).deletePort(this.#bridge(), device);
    return device;
  }

  override getDev(network: DriverNetwork): string {
    return deviceOf(network, 'gw-');
  }

  async #addPort(device: string, mac: string, undo: NoteUndo): Promise<void> {
    const [ovs, bridge] = [await openVSwitch(this.context), this.#bridge()];
    await ovs.addInternalPort(bridge, device, { interfaceId: device, mac });
    undo(`port ${device}`, () => ovs.deletePort(bridge, device));
  }

  #bridge(): string {
    const { linuxnet_ovs_integration_bridge: bridge } = this.context.conf;
    return parseInterfaceName(bridge, 'conf.linuxnet_ovs_integration_bridge');
  }
}
