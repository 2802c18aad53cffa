import { createIptablesFirewall } from 'firewall-iptables';
import { firewallTopology } from 'netdev-conformance/firewall';
import { describe, it } from 'vitest';
import { firewallScenarios, playFirewallScenario } from '../../netdev-conformance/test/firewall-scenarios.js';
import { createLab } from './host.js';

describe('scenarios of a firewall on iptables of this kernel', () => {
  it.each(firewallScenarios)('$name', async (scenario) => {
    const lab = await createLab();
    try {
      await lab.run('w1', 'ip', 'route', 'add', '10.0.0.0/8', 'via', '203.0.113.2');
      await using firewall = await createIptablesFirewall({
        namespace: { name: lab.router },
        variant: 'nft',
      });
      await playFirewallScenario(scenario, firewall, {
        serve: (end, port) => lab.serve(end, port),
        connect: (from, address, port) => lab.connect(from, address, port),
        connectFrom: (from, source, address, port) => lab.connectFrom(from, source, address, port),
        async addAddress(address) {
          const { device } = firewallTopology.uplink;
          await lab.run('router', 'ip', 'address', 'add', `${address}/32`, 'dev', device);
        },
        async refuseInput() {
          await lab.run('router', 'iptables-nft', '-P', 'INPUT', 'DROP');
        },
      });
    } finally {
      await lab.remove();
    }
  });
});
