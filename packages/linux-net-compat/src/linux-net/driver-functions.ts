import type { LinuxNetContext } from '../context.js';
import type { DriverNetwork } from '../drivers/driver-network.js';
import { createDriverRegistry, type InterfaceDriverFactory } from '../drivers/driver-registry.js';
import { LinuxNetInterfaceDriver, type PlugOptions } from '../drivers/interface-driver.js';
import { LinuxBridgeInterfaceDriver } from '../drivers/linux-bridge-driver.js';
import { NeutronLinuxBridgeInterfaceDriver } from '../drivers/neutron-bridge-driver.js';
import { LinuxOVSInterfaceDriver } from '../drivers/ovs-driver.js';

/** The interface drivers of an instance: its classes, and the functions that use the one chosen. */
export function driverFunctions(context: LinuxNetContext) {
  const classes = driverClasses(context);
  const own = Object.entries<new () => LinuxNetInterfaceDriver>(classes).map(
    ([name, Driver]) => [name, () => new Driver()] as const,
  );
  const registry = createDriverRegistry(context.conf, Object.fromEntries(own));
  return {
    ...classes,
    registerInterfaceDriver: (name: string, factory: InterfaceDriverFactory) =>
      registry.register(name, factory),
    plug: async (network: DriverNetwork, mac: string, options?: PlugOptions): Promise<string> =>
      registry.chosen().plug(network, mac, options),
    unplug: async (network: DriverNetwork): Promise<string | null> => registry.chosen().unplug(network),
    getDev: (network: DriverNetwork): string => registry.chosen().getDev(network),
  };
}

/** The drivers' classes with an instance's options and rules: their constructors take no arguments. */
function driverClasses(context: LinuxNetContext) {
  class BridgeDriver extends LinuxBridgeInterfaceDriver {
    constructor() {
      super(context);
    }
  }
  class OvsDriver extends LinuxOVSInterfaceDriver {
    constructor() {
      super(context);
    }
  }
  class NeutronDriver extends NeutronLinuxBridgeInterfaceDriver {
    constructor() {
      super(context);
    }
  }
  return {
    LinuxNetInterfaceDriver,
    LinuxBridgeInterfaceDriver: BridgeDriver as new () => LinuxBridgeInterfaceDriver,
    LinuxOVSInterfaceDriver: OvsDriver as new () => LinuxOVSInterfaceDriver,
    NeutronLinuxBridgeInterfaceDriver: NeutronDriver as new () => NeutronLinuxBridgeInterfaceDriver,
    /** Its name from the time when Neutron was called Quantum. */
    QuantumLinuxBridgeInterfaceDriver: NeutronDriver as new () => NeutronLinuxBridgeInterfaceDriver,
  };
}
