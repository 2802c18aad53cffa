import type { NetDevCapability, NetDevDriver } from 'netdev-core';
import { declareSuite, type ReportOptions } from './suites/declare-suite.js';
import type { NetDevFactory } from './suites/netdev/context.js';
import { netdevRequirements } from './suites/netdev/requirements.js';
import { runNetDevRequirement } from './suites/netdev/run-requirement.js';

export type {
  NetDevContext,
  NetDevFactory,
  NetDevMeans,
  NetDevRequirement,
  OfferedCard,
  Told,
} from './suites/netdev/context.js';
export { netdevRequirements } from './suites/netdev/requirements.js';
export { runNetDevRequirement } from './suites/netdev/run-requirement.js';

export interface NetDevSuiteOptions extends ReportOptions {
  /** What the driver is expected to be capable of here, no more and no less. Left out: whatever it says. */
  capabilities?: readonly NetDevCapability[];
}

/**
 * Declares the contract's requirements as tests of vitest, one each, named by what has to hold.
 * What the driver says it lacks is tested as a refusal with UnsupportedError, not skipped. What needs a
 * card with virtual functions is declared when the factory has one.
 */
export function describeNetDevDriver<Subject extends { driver: NetDevDriver }>(
  name: string,
  factory: NetDevFactory<Subject>,
  { capabilities, onReport }: NetDevSuiteOptions = {},
): void {
  declareSuite({
    title: `${name} as a NetDevDriver`,
    requirements: netdevRequirements(),
    isTestable: ({ uses }) => uses === undefined || factory[uses] !== undefined,
    run: (requirement) => runNetDevRequirement(requirement, factory),
    onReport,
    capabilities,
    readCapabilities: async () => {
      const subject = await factory.setup({});
      try {
        return subject.driver.capabilities;
      } finally {
        await factory.teardown(subject);
      }
    },
  });
}
