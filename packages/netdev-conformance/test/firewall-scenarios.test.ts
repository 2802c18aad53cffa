import { describe, it } from 'vitest';
import { firewallScenarios, playFirewallScenario } from './firewall-scenarios.js';
import { createMemoryLab } from './memory-lab.js';

describe('scenarios of a firewall on the memory host', () => {
  it.each(firewallScenarios)('$name', async (scenario) => {
    const { host, probe } = await createMemoryLab();
    await playFirewallScenario(scenario, await host.firewall(), probe);
  });
});
