import type {
  NamespaceRef,
  NetDevCapability,
  NetDevDriver,
  NetDevOperation,
  NetDevOptions,
} from 'netdev-core';
import type { Demand, Requirement } from '../requirement.js';

/** How a suite comes by drivers. Each requirement gets one of its own. */
export interface NetDevFactory<Subject extends { driver: NetDevDriver }> {
  /**
   * Makes a driver for a network stack with nothing in it but a loopback device: a new namespace, a
   * new jail. `options.onOperation` has to be passed on.
   */
  setup(options: Pick<NetDevOptions, 'onOperation'>): Promise<Subject>;
  /** Closes the driver and takes the stack away, also after a requirement that failed. */
  teardown(subject: Subject): Promise<void>;
}

/** An operation that the observer was told of. */
export interface Told {
  operation: NetDevOperation;
  namespace: NamespaceRef | undefined;
}

/** What a requirement works with. */
export interface NetDevContext {
  driver: NetDevDriver;
  /** What the observer was told up to now, oldest first. */
  told: Told[];
  /** Makes a namespace that is deleted when the requirement ends, and a driver in it. */
  makeNamespace(name?: string): Promise<{ ref: { name: string }; driver: NetDevDriver }>;
}

export type NetDevRequirement = Requirement<NetDevContext> & { needs: readonly NetDevCapability[] };
export type NetDevDemand = Demand<NetDevContext, NetDevCapability>;
