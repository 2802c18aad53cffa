import type { FirewallManager, FirewallOptions, IntentKind } from 'netdev-core';
import type { Demand, Requirement } from '../requirement.js';
import type { FirewallProbe } from './topology.js';

/** How a suite comes by firewall managers. Each requirement gets a subject of its own. */
export interface FirewallFactory<Subject> {
  /**
   * Makes what managers work on: a network stack in whose rule set nothing is ours. `packets` says
   * whether packets will be sent through it; when not, it may be one without devices.
   */
  setup(use: { packets: boolean }): Promise<Subject>;
  /** Makes a manager for the subject; the suite closes it. `options.owner` has to be passed on. */
  open(subject: Subject, options: FirewallOptions): Promise<FirewallManager>;
  teardown(subject: Subject): Promise<void>;
  /**
   * Sends real packets through the subject, which then has to be laid out as `firewallTopology`
   * says; `undefined` for one without devices. Left out: what intents do to packets is not tested.
   */
  probe?(subject: Subject): FirewallProbe | undefined;
  /** Takes all rules away behind the manager's back. Left out: `reconcile` is tested without damage. */
  breakRules?(subject: Subject): Promise<void>;
  /** All rules of the subject that are not of owner `cf-one`, one text each, in order. */
  foreignRules?(subject: Subject): Promise<readonly string[]>;
}

/** What a requirement works with. */
export interface FirewallContext {
  /** A manager with the owner `cf-one`. */
  firewall: FirewallManager;
  /** Opens another manager on the same rule set. */
  open(owner: string): Promise<FirewallManager>;
  probe: FirewallProbe;
  breakRules(): Promise<void>;
  foreignRules(): Promise<readonly string[]>;
}

/** What a caller may leave out of a {@link FirewallFactory}. */
export type FirewallMeans = 'probe' | 'breakRules' | 'foreignRules';

export type FirewallDemand = Demand<FirewallContext, IntentKind> & { uses?: FirewallMeans };
export type FirewallRequirement = Requirement<FirewallContext> & {
  needs: readonly IntentKind[];
  uses: FirewallMeans | undefined;
};
