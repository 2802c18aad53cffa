import { UnsupportedError } from 'netdev-core';
import type { DriverNetwork } from './driver-network.js';

/** How a network is plugged in or out. */
export interface PlugOptions {
  /** Whether this host routes for the network. Left out: yes. */
  gateway?: boolean;
}

/** Gives a network its device on this host: what `linuxnet_interface_driver` names. */
export interface InterfaceDriver {
  /** Makes what is missing, and answers the device on which the network is served. May be called again. */
  plug(network: DriverNetwork, mac: string, options?: PlugOptions): Promise<string>;
  /** Takes back what `plug` did; answers the device, `null` when there was none. */
  unplug(network: DriverNetwork, options?: PlugOptions): Promise<string | null>;
  /** The device on which the network is served, whether it is there or not. */
  getDev(network: DriverNetwork): string;
}

/** The driver that others extend. Each of its own methods fails with an `UnsupportedError`. */
export class LinuxNetInterfaceDriver implements InterfaceDriver {
  async plug(_network: DriverNetwork, _mac: string, _options?: PlugOptions): Promise<string> {
    throw this.#lacks('plug');
  }

  async unplug(_network: DriverNetwork, _options?: PlugOptions): Promise<string | null> {
    throw this.#lacks('unplug');
  }

  getDev(_network: DriverNetwork): string {
    throw this.#lacks('getDev');
  }

  #lacks(method: string): UnsupportedError {
    return new UnsupportedError({
      operation: `${method} with`,
      object: this.constructor.name,
      detail: `this interface driver has no ${method}`,
      hint: 'a driver that extends LinuxNetInterfaceDriver implements it',
    });
  }
}
