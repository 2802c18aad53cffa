import { parseInterfaceName, parseUnicastMac } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { execute } from '../execute.js';
import { setDeviceMtu } from '../interfaces/device-mtu.js';
import { ovsVsctl } from '../interfaces/ovs-vsctl.js';
import { type NoteUndo, undoable } from '../undoable.js';
import { type DriverNetwork, deviceOf } from './driver-network.js';
import { LinuxNetInterfaceDriver, type PlugOptions } from './interface-driver.js';

/**
 * Serves each network on a port of the `linuxnet_ovs_integration_bridge` of Open vSwitch. It changes
 * rules in memory and leaves the apply to the caller.
 */
export class LinuxOVSInterfaceDriver extends LinuxNetInterfaceDriver {
  readonly #context: LinuxNetContext;

  constructor(context: LinuxNetContext) {
    super();
    this.#context = context;
  }

  /** @throws InvalidArgumentError, AgentError when Open vSwitch refuses, CommandError when ovs-ofctl(8) fails, NetDevError */
  override async plug(
    network: DriverNetwork,
    mac: string,
    { gateway = true }: PlugOptions = {},
  ): Promise<string> {
    const context = this.#context;
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
        await execute(context, ['ovs-ofctl', 'add-flow', bridge, 'priority=1,actions=drop']);
        const dhcp = `udp,tp_dst=67,dl_dst=${mac},priority=2,actions=normal`;
        await execute(context, ['ovs-ofctl', 'add-flow', bridge, dhcp]);
      }
    });
    await context.rules.setBridgeForwarding(bridge, { gateway });
    return device;
  }

  /** Rules and flows stay: other networks share the bridge. @throws AgentError */
  override async unplug(network: DriverNetwork): Promise<string> {
    const device = this.getDev(network);
    await ovsVsctl(this.#context, ['--', '--if-exists', 'del-port', this.#bridge(), device]);
    return device;
  }

  override getDev(network: DriverNetwork): string {
    return deviceOf(network, 'gw-');
  }

  async #addPort(device: string, mac: string, undo: NoteUndo): Promise<void> {
    const context = this.#context;
    const set = ['--', 'set', 'Interface', device];
    await ovsVsctl(context, [
      ...['--', '--may-exist', 'add-port', this.#bridge(), device],
      ...[...set, 'type=internal'],
      ...[...set, `external-ids:iface-id=${device}`],
      ...[...set, 'external-ids:iface-status=active'],
      ...[...set, `external-ids:attached-mac=${mac}`],
    ]);
    undo(`port ${device}`, () =>
      ovsVsctl(context, ['--', '--if-exists', 'del-port', this.#bridge(), device]),
    );
  }

  #bridge(): string {
    const { linuxnet_ovs_integration_bridge: bridge } = this.#context.conf;
    return parseInterfaceName(bridge, 'conf.linuxnet_ovs_integration_bridge');
  }
}
