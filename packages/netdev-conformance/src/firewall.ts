import type { IntentKind } from 'netdev-core';
import { declareSuite, type ReportOptions } from './suites/declare-suite.js';
import type { FirewallFactory } from './suites/firewall/context.js';
import { firewallRequirements } from './suites/firewall/requirements.js';
import { runFirewallRequirement } from './suites/firewall/run-requirement.js';

export type {
  FirewallContext,
  FirewallFactory,
  FirewallMeans,
  FirewallRequirement,
} from './suites/firewall/context.js';
export { firewallRequirements } from './suites/firewall/requirements.js';
export { runFirewallRequirement } from './suites/firewall/run-requirement.js';
export { type FirewallEnd, type FirewallProbe, firewallTopology } from './suites/firewall/topology.js';

export interface FirewallSuiteOptions extends ReportOptions {
  /** The intents that the backend is expected to know here, no more and no less. Left out: those it says. */
  capabilities?: readonly IntentKind[];
}

/**
 * Declares the contract's requirements as tests of vitest, one each, named by what has to hold. An
 * intent that the backend says it lacks is tested as a refusal with UnsupportedError, not skipped.
 * What needs a probe (or another means) is declared when the factory has it.
 */
export function describeFirewallManager<Subject>(
  name: string,
  factory: FirewallFactory<Subject>,
  { capabilities, onReport }: FirewallSuiteOptions = {},
): void {
  declareSuite({
    title: `${name} as a FirewallManager`,
    requirements: firewallRequirements(),
    isTestable: ({ uses }) => uses === undefined || factory[uses] !== undefined,
    run: (requirement) => runFirewallRequirement(requirement, factory),
    onReport,
    capabilities,
    readCapabilities: async () => {
      const subject = await factory.setup({ packets: false });
      try {
        await using manager = await factory.open(subject, { owner: 'cf-one' });
        return manager.capabilities;
      } finally {
        await factory.teardown(subject);
      }
    },
  });
}
