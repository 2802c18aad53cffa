import { cidrAddress, type IntentKind, type NetDevDriver, parseCidr } from 'netdev-core';
import {
  type FirewallEnd,
  type FirewallFactory,
  type FirewallProbe,
  firewallTopology,
} from '../src/firewall.js';
import { createMemoryHost, type MemoryHost } from '../src/index.js';

const { uplink, bridges, ends } = firewallTopology;

export interface MemoryLab {
  host: MemoryHost;
  netdev: NetDevDriver;
  probe: FirewallProbe;
}

/** The topology of the firewall suite on a host in memory. */
export async function createMemoryLab(): Promise<MemoryLab> {
  const host = createMemoryHost();
  const netdev = await host.netdev();
  for (const [name, { address }] of Object.entries(bridges)) {
    await netdev.createLink({ kind: 'bridge', name, up: true });
    await netdev.ensureAddress({ link: name, cidr: address });
  }
  await netdev.createLink({ kind: 'tap', name: uplink.device, up: true });
  await netdev.ensureAddress({ link: uplink.device, cidr: uplink.address });
  for (const { device, port } of Object.values(ends)) {
    if (port !== device) await netdev.createLink({ kind: 'tap', name: port, master: device, up: true });
  }
  await netdev.setForwarding('ipv4', true);
  return { host, netdev, probe: createProbe(host, netdev) };
}

/** The firewall suite's way to the memory host. */
export const memoryFirewall = (without: readonly IntentKind[] = []): FirewallFactory<MemoryLab> => ({
  setup: createMemoryLab,
  open: ({ host }, options) => host.firewall({ ...options, without }),
  teardown: ({ netdev }) => netdev.close(),
  probe: ({ probe }) => probe,
  breakRules: async ({ host }) => host.flushFirewall(),
  foreignRules: async ({ host }) => host.firewallRules().filter((rule) => !rule.startsWith('cf-one ')),
});

function createProbe(host: MemoryHost, netdev: NetDevDriver): FirewallProbe {
  const listening = new Set<string>();
  const addressOf = (end: Exclude<FirewallEnd, 'router'>): string =>
    cidrAddress(parseCidr(ends[end].address));
  const endOf = (address: string, device: string): FirewallEnd | undefined =>
    (Object.keys(ends) as (keyof typeof ends)[]).find(
      (end) => addressOf(end) === address && ends[end].device === device,
    );
  const connect = (from: FirewallEnd, source: string, address: string, port: number): string | undefined => {
    const fate = host.packet({
      ...(from === 'router' ? {} : { in: ends[from].port, mac: ends[from].mac }),
      from: source,
      to: address,
      protocol: 'tcp',
      port,
    });
    if (fate.verdict === 'drop') return undefined;
    const reached = fate.verdict === 'input' ? 'router' : endOf(fate.to, fate.out ?? '');
    return listening.has(`${reached} ${fate.port}`) ? fate.from : undefined;
  };
  return {
    async serve(end, port) {
      listening.add(`${end} ${port}`);
    },

    connect: async (from, address, port) =>
      connect(from, from === 'router' ? '203.0.113.2' : addressOf(from), address, port),

    connectFrom: async (from, source, address, port) => connect(from, source, address, port),

    async addAddress(address) {
      await netdev.ensureAddress({ link: uplink.device, cidr: `${address}/32` });
    },

    async refuseInput() {
      host.setInputPolicy('drop');
    },
  };
}
