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
  /**
   * Puts a network card with two virtual functions or more, which were told nothing yet, into the
   * subject's stack; they may be gone when it is torn down. Left out: what is done to them is not tested.
   */
  addCard?(subject: Subject): Promise<OfferedCard>;
}

/** A network card with virtual functions, to be tried. */
export interface OfferedCard {
  /** Its link. */
  parent: string;
  /** Where its virtual functions are on the PCI bus, by their number; left out: it is not on that bus. */
  pciAddresses?: readonly string[];
}

/** What a caller may leave out of a {@link NetDevFactory}. */
export type NetDevMeans = 'addCard';

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
  /** Puts a card with virtual functions into the driver's stack. */
  addCard(): Promise<OfferedCard>;
}

export type NetDevRequirement = Requirement<NetDevContext> & {
  needs: readonly NetDevCapability[];
  uses: NetDevMeans | undefined;
};
export type NetDevDemand = Demand<NetDevContext, NetDevCapability> & { uses?: NetDevMeans };
