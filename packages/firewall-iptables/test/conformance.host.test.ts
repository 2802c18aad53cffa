import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createIptablesFirewall } from 'firewall-iptables';
import { describeFirewallManager, firewallTopology } from 'netdev-conformance/firewall';
import { intentKinds } from 'netdev-core';
import { createLab, type Lab } from './host.js';

const run = promisify(execFile);
let made = 0;

/** A namespace without devices is enough where no packets are sent. */
async function createBareLab(): Promise<Pick<Lab, 'router' | 'remove'>> {
  made += 1;
  const router = `cf-firewall${made}`;
  await run('ip', ['netns', 'add', router]);
  return {
    router,
    async remove() {
      await run('ip', ['netns', 'delete', router]);
    },
  };
}

/** Everything that the save programs print and that is not of owner `cf-one`. */
async function foreignRules(router: string, variant: string): Promise<string[]> {
  const commands = [`iptables-${variant}-save`, `ip6tables-${variant}-save`, 'ebtables-save'];
  const saved = await Promise.all(
    commands.map(async (command) => (await run('ip', ['netns', 'exec', router, command])).stdout),
  );
  return saved
    .join('\n')
    .split('\n')
    .filter((line) => line.startsWith('-A') && !line.includes('cf-one-'));
}

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
        createIptablesFirewall({ ...options, namespace: { name: bare.router }, variant }),
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
            await run('ip', ['netns', 'exec', bare.router, tool, '-t', table, '-F']);
            await run('ip', ['netns', 'exec', bare.router, tool, '-t', table, '-X']);
          }
        }
      },
      foreignRules: ({ bare }) => foreignRules(bare.router, variant),
    },
    { capabilities: intentKinds },
  );
}
