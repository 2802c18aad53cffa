import { describe, it } from 'vitest';
import { firewallScenarios, playFirewallScenario } from '../../netdev-conformance/test/firewall-scenarios.js';
import { createPfFirewall } from '../src/index.js';
import { createPfLab } from './pf-lab.js';

const withoutGuests = firewallScenarios.filter(
  ({ intents }) => !intents.some(({ kind }) => kind === 'guest'),
);

describe.each([
  [13, withoutGuests],
  [14, firewallScenarios],
] as const)('scenarios of a firewall on pf of the simulated FreeBSD %s', (version, scenarios) => {
  it.each(scenarios)('$name', async (scenario) => {
    const { runner, probe } = createPfLab(version);
    await using firewall = await createPfFirewall({ runner });
    await playFirewallScenario(scenario, firewall, probe);
  });
});
