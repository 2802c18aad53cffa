import { createIptablesFirewall } from 'firewall-iptables';
import { describeFirewallManager, firewallTopology } from 'netdev-conformance/firewall';
import { intentKinds } from 'netdev-core';
import { describe } from 'vitest';
import { addSpaces, outputIn, removeSpaces } from './agent/agent.js';
import { createSpaceRunner } from './agent/space-runner.js';
import { createLab, type Lab } from './host.js';

const runner = createSpaceRunner();
let made = 0;

/** A namespace without devices is enough where no packets are sent. */
async function createBareLab(): Promise<Pick<Lab, 'router' | 'remove'>> {
  made += 1;
  const router = `cf-firewall${made}`;
  await addSpaces(router);
  return {
    router,
    async remove() {
      await removeSpaces(router);
    },
  };
}

/** Everything that the save programs print and that is not of owner `cf-one`. */
async function foreignRules(router: string, variant: string): Promise<string[]> {
  const commands = [`iptables-${variant}-save`, `ip6tables-${variant}-save`, 'ebtables-save'];
  const saved = await Promise.all(commands.map((command) => outputIn(router, [command])));
  return saved
    .join('\n')
    .split('\n')
    .filter((line) => line.startsWith('-A') && !line.includes('cf-one-'));
}

// Each requirement has a host of its own, and a third of the time nobody answers.
describe.concurrent('firewalls on iptables of this kernel', () => {
  for (const variant of ['nft', 'legacy'] as const) {
    describeFirewallManager(
      `firewall-iptables (${variant})`,
      {
        async setup({ packets }) {
          if (!packets) return { lab: undefined, bare: await createBareLab() };
          const lab = await createLab();
          await lab.run('w1', 'ip', 'route', 'add', '10.0.0.0/8', 'via', '203.0.113.2');
          return { lab, bare: lab };
        },
        open: ({ bare }, options) =>
          createIptablesFirewall({ ...options, runner, namespace: { name: bare.router }, variant }),
        teardown: ({ bare }) => bare.remove(),
        probe({ lab }) {
          if (lab === undefined) return undefined;
          return {
            serve: (end, port) => lab.serve(end, port),
            connect: (from, address, port) => lab.connect(from, address, port),
            connectFrom: (from, source, address, port) => lab.connectFrom(from, source, address, port),
            async addAddress(address) {
              await lab.run(
                'router',
                'ip',
                'address',
                'add',
                `${address}/32`,
                'dev',
                firewallTopology.uplink.device,
              );
            },
            async refuseInput() {
              await lab.run('router', `iptables-${variant}`, '-P', 'INPUT', 'DROP');
            },
          };
        },
        async breakRules({ bare }) {
          for (const table of ['filter', 'nat']) {
            for (const tool of [`iptables-${variant}`, `ip6tables-${variant}`]) {
              await outputIn(bare.router, [tool, '-t', table, '-F']);
              await outputIn(bare.router, [tool, '-t', table, '-X']);
            }
          }
        },
        foreignRules: ({ bare }) => foreignRules(bare.router, variant),
      },
      { capabilities: intentKinds },
    );
  }
});
