import { describe, expect, it } from 'vitest';
import { dhcpRequirements, runDhcpRequirement } from '../src/dhcp.js';
import { firewallRequirements, runFirewallRequirement } from '../src/firewall.js';
import { createMemoryHost } from '../src/index.js';
import { netdevRequirements, runNetDevRequirement } from '../src/netdev.js';
import { dhcpMutants } from './dhcp-mutants.js';
import { firewallMutants } from './firewall-mutants.js';
import { addMemoryCard } from './memory-card.js';
import { memoryDhcp } from './memory-dhcp.js';
import { memoryFirewall } from './memory-lab.js';
import { netdevMutants } from './netdev-mutants.js';

function named<Requirement extends { name: string }>(
  requirements: readonly Requirement[],
  name: string,
): Requirement {
  const requirement = requirements.find((each) => each.name === name);
  if (requirement === undefined) throw new Error(`there is no requirement "${name}"`);
  return requirement;
}

it.each([
  ['NetDevDriver', netdevRequirements()],
  ['FirewallManager', firewallRequirements()],
  ['DhcpDriver', dhcpRequirements()],
])('every requirement of a %s has a name of its own', (_, requirements) => {
  const names = requirements.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('each contract is checked with more than thirty faults, and none stands twice', () => {
  for (const mutants of [netdevMutants, firewallMutants, dhcpMutants]) {
    const faults = mutants.map(({ fault }) => fault);
    expect(faults.length).toBeGreaterThan(30);
    expect(new Set(faults).size).toBe(faults.length);
  }
});

describe('a device driver is found out', () => {
  it.each(netdevMutants)('$fault', async ({ fails, alter }) => {
    const run = runNetDevRequirement(named(netdevRequirements(), fails), {
      async setup(options) {
        const host = createMemoryHost();
        const driver = await host.netdev(options);
        return { host, driver: { ...driver, ...alter(driver, options.onOperation) } };
      },
      teardown: ({ driver }) => driver.close(),
      addCard: async ({ host }) => addMemoryCard(host),
    });
    await expect(run).rejects.toThrow();
  });
});

describe('a firewall manager is found out', () => {
  it.each(firewallMutants)('$fault', async ({ fails, alter }) => {
    const factory = memoryFirewall();
    const run = runFirewallRequirement(named(firewallRequirements(), fails), {
      ...factory,
      async open(lab, options) {
        const firewall = await factory.open(lab, options);
        return { ...firewall, ...alter(firewall, lab) };
      },
    });
    await expect(run).rejects.toThrow();
  });
});

describe('a DHCP driver is found out', () => {
  it.each(dhcpMutants)('$fault', async ({ fails, alter }) => {
    const factory = memoryDhcp();
    const run = runDhcpRequirement(named(dhcpRequirements(), fails), {
      ...factory,
      async open(host) {
        const dhcp = await factory.open(host);
        return { ...dhcp, ...alter(dhcp) };
      },
    });
    await expect(run).rejects.toThrow();
  });
});
