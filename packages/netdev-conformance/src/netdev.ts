import type { NetDevCapability, NetDevDriver } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import type { NetDevFactory } from './suites/netdev/context.js';
import { netdevRequirements } from './suites/netdev/requirements.js';
import { runNetDevRequirement } from './suites/netdev/run-requirement.js';

export type { NetDevContext, NetDevFactory, NetDevRequirement, Told } from './suites/netdev/context.js';
export { netdevRequirements } from './suites/netdev/requirements.js';
export { runNetDevRequirement } from './suites/netdev/run-requirement.js';

export interface NetDevSuiteOptions {
  /** What the driver is expected to be capable of here, no more and no less. Left out: whatever it says. */
  capabilities?: readonly NetDevCapability[];
}

/**
 * Declares the contract's requirements as tests of vitest, one each, named by what has to hold.
 * What the driver says it lacks is tested as a refusal with UnsupportedError, not skipped.
 */
export function describeNetDevDriver<Subject extends { driver: NetDevDriver }>(
  name: string,
  factory: NetDevFactory<Subject>,
  options: NetDevSuiteOptions = {},
): void {
  const requirements = netdevRequirements();
  describe(`${name} as a NetDevDriver`, () => {
    const { capabilities } = options;
    if (capabilities !== undefined) {
      it('has the capabilities that are expected of it here', async () => {
        const subject = await factory.setup({});
        try {
          expect([...subject.driver.capabilities].sort()).toEqual([...capabilities].sort());
        } finally {
          await factory.teardown(subject);
        }
      });
    }
    for (const group of new Set(requirements.map((requirement) => requirement.group))) {
      describe(group, () => {
        for (const requirement of requirements.filter((each) => each.group === group)) {
          it(requirement.name, async () => {
            await runNetDevRequirement(requirement, factory);
          });
        }
      });
    }
  });
}
