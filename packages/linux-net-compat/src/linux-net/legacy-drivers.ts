import type { DriverNetwork } from '../drivers/driver-network.js';
import type { LinuxNetInterfaceDriver } from '../drivers/interface-driver.js';
import type { LinuxBridgeInterfaceDriver } from '../drivers/linux-bridge-driver.js';
import type { NeutronLinuxBridgeInterfaceDriver } from '../drivers/neutron-bridge-driver.js';
import type { driverFunctions } from './driver-functions.js';
import { legacyClass } from './legacy-class.js';

type Text = string | null;

/** A driver under the original's names, with its positional arguments. */
export interface LegacyDriver {
  plug(network: DriverNetwork, macAddress: string, gateway?: boolean): Promise<string>;
  unplug(network: DriverNetwork, gateway?: boolean): Promise<Text>;
  get_dev(network: DriverNetwork): string;
}

/** What the original's Linux bridge driver had on its class. */
export interface LegacyBridgeFunctions {
  ensure_vlan_bridge(
    vlan: number,
    bridge: string,
    bridgeInterface: string,
    netAttrs?: unknown,
    macAddress?: Text,
    mtu?: number | null,
  ): Promise<string>;
  remove_vlan_bridge(vlan: number, bridge: string): Promise<void>;
  ensure_vlan(
    vlan: number,
    bridgeInterface: string,
    macAddress?: Text,
    mtu?: number | null,
    name?: Text,
  ): Promise<string>;
  remove_vlan(vlan: number): Promise<void>;
  ensure_bridge(
    bridge: string,
    port: Text,
    netAttrs?: unknown,
    gateway?: boolean,
    filtering?: boolean,
  ): Promise<void>;
  remove_bridge(bridge: string, gateway?: boolean, filtering?: boolean): Promise<void>;
}

type Net = ReturnType<typeof driverFunctions>;

/** The interface drivers under the original's names; their constructors take no arguments. */
export function legacyDriverFunctions(net: Net) {
  const neutron = legacyClass(() => {
    const driver = new net.NeutronLinuxBridgeInterfaceDriver();
    return { ...legacyDriver(driver), ...neutronMethods(driver) };
  });
  const bridge = legacyClass(() => {
    const driver = new net.LinuxBridgeInterfaceDriver();
    return { ...legacyDriver(driver), ...bridgeFunctions(driver) };
  });
  return {
    LinuxNetInterfaceDriver: legacyClass(() => legacyDriver(new net.LinuxNetInterfaceDriver())),
    // The original's callers used these without an instance.
    LinuxBridgeInterfaceDriver: Object.assign(bridge, bridgeFunctions(new net.LinuxBridgeInterfaceDriver())),
    LinuxOVSInterfaceDriver: legacyClass(() => legacyDriver(new net.LinuxOVSInterfaceDriver())),
    NeutronLinuxBridgeInterfaceDriver: neutron,
    QuantumLinuxBridgeInterfaceDriver: neutron,
    plug: (network: DriverNetwork, macAddress: string, gateway = true) =>
      net.plug(network, macAddress, { gateway }),
    unplug: net.unplug,
    get_dev: net.getDev,
  };
}

function legacyDriver(driver: LinuxNetInterfaceDriver): LegacyDriver {
  return {
    plug: (network, macAddress, gateway = true) => driver.plug(network, macAddress, { gateway }),
    unplug: (network, gateway = true) => driver.unplug(network, { gateway }),
    get_dev: (network) => driver.getDev(network),
  };
}

function neutronMethods(driver: NeutronLinuxBridgeInterfaceDriver) {
  return { get_bridge: (network: DriverNetwork) => driver.getBridge(network) };
}

function bridgeFunctions(driver: LinuxBridgeInterfaceDriver): LegacyBridgeFunctions {
  return {
    ensure_vlan_bridge: (vlan, bridge, bridgeInterface, _netAttrs, mac = null, mtu = null) =>
      driver.ensureVlanBridge(vlan, bridge, bridgeInterface, { mac, mtu }),
    remove_vlan_bridge: (vlan, bridge) => driver.removeVlanBridge(vlan, bridge),
    ensure_vlan: (vlan, bridgeInterface, mac = null, mtu = null, name = null) =>
      driver.ensureVlan(vlan, bridgeInterface, { mac, mtu, name }),
    remove_vlan: (vlan) => driver.removeVlan(vlan),
    ensure_bridge: (bridge, port, _netAttrs, gateway = true, filtering = true) =>
      driver.ensureBridge(bridge, port, { gateway, filtering }),
    remove_bridge: (bridge, gateway = true, filtering = true) =>
      driver.removeBridge(bridge, { gateway, filtering }),
  };
}
