import { describe, it } from 'vitest';
import { firewallScenarios, playFirewallScenario } from '../../netdev-conformance/test/firewall-scenarios.js';
import { createPfFirewall } from '../src/index.js';
import { createPfLab } from './pf-lab.js';

describe('scenarios of a firewall on pf of the simulated FreeBSD 14', () => {
  it.each(firewallScenarios)('$name', async (scenario) => {
    const { runner, probe } = createPfLab(14);
    await using firewall = await createPfFirewall({ runner });
    await playFirewallScenario(scenario, firewall, probe);
  });
});
