import type { DhcpCapability, DhcpDriver } from 'netdev-core';
import type { Demand, Requirement } from '../requirement.js';
import type { DhcpClient } from './topology.js';

/** How a suite comes by DHCP drivers. Each requirement gets a subject of its own. */
export interface DhcpFactory<Subject> {
  /** Makes what drivers work on: a network stack laid out as `dhcpTopology` says, and an empty directory. */
  setup(): Promise<Subject>;
  /** Makes a driver for the subject; the suite closes it, and removes the servers it started. */
  open(subject: Subject): Promise<DhcpDriver>;
  teardown(subject: Subject): Promise<void>;
  /** Asks the servers as guests do. Left out: what they answer is not tested. */
  client?(subject: Subject): DhcpClient;
  /** Ends the server of a network behind the driver's back, and resolves once it is gone. Left out: recovery is not tested. */
  killServer?(subject: Subject, key: string): Promise<void>;
}

/** What a requirement works with. */
export interface DhcpContext {
  dhcp: DhcpDriver;
  /** Opens another driver on the same servers. */
  open(): Promise<DhcpDriver>;
  client: DhcpClient;
  killServer(key: string): Promise<void>;
}

/** What a caller may leave out of a {@link DhcpFactory}. */
export type DhcpMeans = 'client' | 'killServer';

export type DhcpDemand = Demand<DhcpContext, DhcpCapability> & { uses?: DhcpMeans };
export type DhcpRequirement = Requirement<DhcpContext> & {
  needs: readonly DhcpCapability[];
  uses: DhcpMeans | undefined;
};
