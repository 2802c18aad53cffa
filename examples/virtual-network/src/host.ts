import type { DhcpDriver, FirewallManager, NetDevDriver } from 'netdev-core';
import type { HostFiles, Runner } from 'netdev-exec';

/** All that the example needs of a platform: the three contracts, and a way to run what guests run. */
export interface Host {
  netdev: NetDevDriver;
  firewall: FirewallManager;
  dhcp: DhcpDriver;
  runner: Runner;
  files: HostFiles;
  /** Files of the run itself: leases as the clients saw them, logs. Removed at the end. */
  directory: string;
}
