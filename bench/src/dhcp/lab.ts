import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createDnsmasq, type DnsmasqDriver } from 'dhcp-dnsmasq';
import type { DhcpHost, DhcpNetwork } from 'netdev-core';
import { inFreshNamespace } from '../runner/namespaces.js';

/** Two namespaces: one with a bridge for servers, one with a device for clients that is on that bridge. */
export interface DhcpLab {
  server: string;
  clients: string;
  /** Empty, and readable for everybody. */
  directory: string;
}

export const SERVER_ADDRESS = '10.64.0.1';

/** The MAC address of a client by its number, as test/dhcp-clients.mjs of dhcp-dnsmasq has it. */
function macOf(number: number): string {
  const bytes = [24, 16, 8, 0].map((bits) => ((number >>> bits) & 255).toString(16).padStart(2, '0'));
  return ['02', '1d', ...bytes].join(':');
}

export function hostOf(number: number): DhcpHost {
  const place = number + 255;
  return {
    mac: macOf(number),
    address: `10.64.${place >> 8}.${place & 255}`,
    hostname: `guest-${number}`,
  };
}

export function hostsUpTo(count: number): DhcpHost[] {
  return Array.from({ length: count }, (_, index) => hostOf(index + 1));
}

export function networkOf(hosts: readonly DhcpHost[]): DhcpNetwork {
  return {
    key: 'bench',
    interface: 'br0',
    network: '10.64.0.0/16',
    serverAddress: SERVER_ADDRESS,
    domain: 'bench.example',
    hosts,
  };
}

export async function inDhcpLab<T>(work: (lab: DhcpLab) => Promise<T>): Promise<T> {
  return inFreshNamespace((server) =>
    inFreshNamespace(async (clients) => {
      const ip = (...words: string[]): Buffer => execFileSync('ip', words);
      ip('-n', server, 'link', 'set', 'lo', 'up');
      ip('-n', server, 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0');
      ip('-n', server, 'link', 'set', 'br0', 'up');
      ip('-n', server, 'address', 'add', `${SERVER_ADDRESS}/16`, 'dev', 'br0');
      ip('-n', server, 'link', 'add', 'p0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', clients);
      ip('-n', server, 'link', 'set', 'p0', 'master', 'br0', 'up');
      ip('-n', clients, 'link', 'set', 'eth0', 'up');
      ip('-n', clients, 'address', 'add', '10.64.255.250/16', 'dev', 'eth0');
      ip('-n', clients, 'route', 'add', '255.255.255.255', 'dev', 'eth0');
      // In the sandbox's own /run, where dnsmasq can read it as the user that it changes to.
      const directory = await mkdtemp('/run/bench-dhcp-');
      await chmod(directory, 0o755);
      try {
        return await work({ server, clients, directory });
      } finally {
        await using last = await openDriver({ server, clients, directory });
        for (const { key } of await last.list()) await last.remove(key);
        await rm(directory, { recursive: true, force: true });
      }
    }),
  );
}

export function openDriver({ server, directory }: DhcpLab): Promise<DnsmasqDriver> {
  return createDnsmasq({ namespace: { name: server }, directory: `${directory}/servers` });
}
