import type { DhcpDriver, DhcpOptions } from '../dhcp/index.js';
import type { FirewallManager, FirewallOptions } from '../firewall/index.js';
import type { NetDevDriver, NetDevOptions } from '../netdev/index.js';

/**
 * The version of the three contracts. A plugin states the one it was built for; a different major
 * number is refused when the plugin registers. Minor versions only add.
 */
export const CONTRACT_VERSION = '1.0';

/** What can be plugged in, and what each kind is made from and makes. */
export interface PluginKinds {
  netdev: { driver: NetDevDriver; options: NetDevOptions };
  firewall: { driver: FirewallManager; options: FirewallOptions };
  dhcp: { driver: DhcpDriver; options: DhcpOptions };
}

export type PluginKind = keyof PluginKinds;

/** Makes drivers of one kind. Extra options of its own are allowed beside those of the contract. */
export interface Plugin<
  Kind extends PluginKind,
  Options extends PluginKinds[Kind]['options'] = PluginKinds[Kind]['options'],
> {
  /** {@link CONTRACT_VERSION} of the netdev-core it was built with. */
  contract: string;
  create(options: Options): Promise<PluginKinds[Kind]['driver']>;
}
