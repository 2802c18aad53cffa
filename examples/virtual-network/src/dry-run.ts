import { createDnsmasq } from 'dhcp-dnsmasq';
import { createIptablesFirewall } from 'firewall-iptables';
import { createMemoryHost } from 'netdev-conformance';
import { createDryRunFiles, createDryRunRunner, shellCommand } from 'netdev-exec';
import { toShellCommands } from 'netdev-linux';
import { buildNetwork, removeNetwork } from './build-network.js';
import { proofs } from './checks/index.js';
import { requestLease } from './dhcp-client.js';
import type { Host } from './host.js';
import { startServices } from './services.js';
import { guests } from './topology.js';

/**
 * Prints every change as the command a person would type for it. The drivers plan as they always
 * do, over a host that is kept in memory, so this works on any machine.
 */
export async function runDryRun(print: (line: string) => void): Promise<void> {
  const host = await createDryHost(print);
  print('# Build');
  await buildNetwork(host);
  print('\n# Programs to send packets to');
  const services = await startServices(host);
  print('\n# Guests ask for their addresses');
  for (const guest of guests) await requestLease(host, guest);
  print('\n# Proofs');
  for (const [index, { claim }] of proofs.entries()) print(`#   ${index + 1}. ${claim}`);
  print('\n# Take down');
  await services.stop();
  await removeNetwork(host, { forwarding: false });
}

async function createDryHost(print: (line: string) => void): Promise<Host> {
  const directory = '/run/netdev-demo';
  const runner = createDryRunRunner({ onCommand: print });
  const files = createDryRunFiles({ onCommand: print });
  const silent = createDryRunRunner({ onCommand: () => {} });
  const memory = createMemoryHost();
  return {
    netdev: await memory.netdev({
      onOperation: (operation, namespace) => {
        for (const words of toShellCommands(operation, namespace)) print(shellCommand(words));
      },
    }),
    firewall: await createIptablesFirewall({
      runner: silent,
      onCommands: (lines) => {
        for (const line of lines) print(line);
      },
    }),
    dhcp: await createDnsmasq({ runner, files, directory: `${directory}/dhcp` }),
    runner,
    files,
    directory,
  };
}
