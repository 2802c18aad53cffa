import type { DhcpCapability } from 'netdev-core';
import { declareSuite, type ReportOptions } from './suites/declare-suite.js';
import type { DhcpFactory } from './suites/dhcp/context.js';
import { dhcpRequirements } from './suites/dhcp/requirements.js';
import { runDhcpRequirement } from './suites/dhcp/run-requirement.js';

export type { DhcpContext, DhcpFactory, DhcpMeans, DhcpRequirement } from './suites/dhcp/context.js';
export { dhcpRequirements } from './suites/dhcp/requirements.js';
export { runDhcpRequirement } from './suites/dhcp/run-requirement.js';
export {
  type DhcpAnswer,
  type DhcpClient,
  type DhcpDevice,
  type DhcpPlace,
  dhcpTopology,
} from './suites/dhcp/topology.js';

export interface DhcpSuiteOptions extends ReportOptions {
  /** What the driver is expected to be capable of here, no more and no less. Left out: whatever it says. */
  capabilities?: readonly DhcpCapability[];
}

/**
 * Declares the contract's requirements as tests of vitest, one each, named by what has to hold.
 * What the driver says it lacks is tested as a refusal with UnsupportedError, not skipped. What
 * needs a client (or another means) is declared when the factory has it.
 */
export function describeDhcpDriver<Subject>(
  name: string,
  factory: DhcpFactory<Subject>,
  { capabilities, onReport }: DhcpSuiteOptions = {},
): void {
  declareSuite({
    title: `${name} as a DhcpDriver`,
    requirements: dhcpRequirements(),
    isTestable: ({ uses }) => uses === undefined || factory[uses] !== undefined,
    run: (requirement) => runDhcpRequirement(requirement, factory),
    onReport,
    capabilities,
    readCapabilities: async () => {
      const subject = await factory.setup();
      try {
        await using driver = await factory.open(subject);
        return driver.capabilities;
      } finally {
        await factory.teardown(subject);
      }
    },
  });
}
