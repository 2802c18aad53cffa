import { InvalidArgumentError } from 'netdev-core';
import { type BridgeOptions, ensureBridge, removeBridge } from './bridge-device.js';
import { bridgeOf, type DriverNetwork, dhcpServerOf, vlanOf } from './driver-network.js';
import { HostDriver } from './host-driver.js';
import type { PlugOptions } from './interface-driver.js';
import { ensureVlanBridge, removeVlanBridge } from './vlan-bridge.js';
import { ensureVlan, removeVlan, type VlanDeviceOptions, vlanDevice } from './vlan-device.js';

/** The original's word for a device that is not set; it became the device's name. */
const NOTHING = 'None';

/** Serves each network on a Linux bridge, over a VLAN of its own or straight over an interface. */
export class LinuxBridgeInterfaceDriver extends HostDriver {
  /**
   * Bridges the network with its interface, and applies rules. With a VLAN this host always counts as
   * its gateway, whatever the options say.
   *
   * @throws InvalidArgumentError, NovaException, NetDevError
   */
  override async plug(
    network: DriverNetwork,
    mac: string,
    { gateway = true }: PlugOptions = {},
  ): Promise<string> {
    const context = this.context;
    const [bridge, vlan] = [bridgeOf(network), vlanOf(network)];
    const server = this.#sharedServer(network);
    const device =
      vlan === undefined
        ? this.#flatInterface(network)
        : await ensureVlanBridge(context, vlan, bridge, this.#parent(network), {
            mac,
            mtu: network.mtu ?? null,
          });
    if (vlan === undefined) await ensureBridge(context, bridge, device, { gateway });
    if (server !== undefined) await this.#isolate('isolateDhcpAddress', device, server);
    await context.rules.apply();
    return bridge;
  }

  override async unplug(network: DriverNetwork, { gateway = true }: PlugOptions = {}): Promise<string> {
    const context = this.context;
    const [bridge, vlan] = [bridgeOf(network), vlanOf(network)];
    const server = this.#sharedServer(network);
    const device = vlan === undefined ? this.#flatInterface(network) : vlanDevice(vlan);
    if (vlan === undefined) await removeBridge(context, bridge, { gateway });
    else await removeVlanBridge(context, vlan, bridge);
    if (server !== undefined) await this.#isolate('removeIsolateDhcpAddress', device, server);
    await context.rules.apply();
    return bridge;
  }

  override getDev(network: DriverNetwork): string {
    return bridgeOf(network);
  }

  async ensureVlanBridge(
    vlan: number,
    bridge: string,
    parent: string,
    options?: Omit<VlanDeviceOptions, 'name'>,
  ): Promise<string> {
    const context = this.context;
    return ensureVlanBridge(context, vlan, bridge, parent, options);
  }

  async removeVlanBridge(vlan: number, bridge: string): Promise<void> {
    await removeVlanBridge(this.context, vlan, bridge);
  }

  async ensureVlan(vlan: number, parent: string, options?: VlanDeviceOptions): Promise<string> {
    return ensureVlan(this.context, vlan, parent, options);
  }

  async removeVlan(vlan: number): Promise<void> {
    await removeVlan(this.context, vlan);
  }

  async ensureBridge(bridge: string, port: string | null, options?: BridgeOptions): Promise<void> {
    await ensureBridge(this.context, bridge, port, options);
  }

  async removeBridge(bridge: string, options?: BridgeOptions): Promise<void> {
    await removeBridge(this.context, bridge, options);
  }

  /** The interface that a flat network's bridge has; none is possible. */
  #flatInterface({ bridge_interface: own }: DriverNetwork): string | null {
    return this.context.conf.flat_interface || own || null;
  }

  /** What a network's VLAN rides on. */
  #parent({ bridge_interface: own }: DriverNetwork): string {
    const { conf, faults } = this.context;
    const parent = conf.vlan_interface || own;
    if (parent) return parent;
    if (faults === 'keep') return NOTHING;
    throw new InvalidArgumentError('network.bridge_interface', own, 'a device name (or set vlan_interface)');
  }

  async #isolate(
    change: 'isolateDhcpAddress' | 'removeIsolateDhcpAddress',
    device: string | null,
    server: string,
  ): Promise<void> {
    const context = this.context;
    if (device !== null || context.faults === 'keep') await context.rules[change](device ?? NOTHING, server);
  }

  /** The address that other hosts serve the network from too. */
  #sharedServer(network: DriverNetwork): string | undefined {
    const isShared = Boolean(network.share_address) || this.context.conf.share_dhcp_address;
    return isShared ? dhcpServerOf(network) : undefined;
  }
}
