import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDnsmasq } from 'dhcp-dnsmasq';
import { createPfFirewall, type PfFirewall } from 'firewall-pf';
import {
  answersOf,
  createFreeBsdHost,
  createMachineDisk,
  type FreeBsdHost,
} from 'netdev-conformance/freebsd';
import { createAnsweringRunner, createHostFiles, createMemoryLocks } from 'netdev-exec';
import { createFreeBsdNetDev } from 'netdev-freebsd';
import type { Host } from '../../src/host.js';

/** The example's host on a simulated FreeBSD, whose main ruleset calls the firewall's anchors. */
export interface SimulatedHost {
  freebsd: FreeBsdHost;
  host: Host & { firewall: PfFirewall };
  /** Does what the firewall says that it needs of the kernel's settings, as the host's owner does. */
  followSetup(): Promise<void>;
  /** All that commands show of the host: devices, addresses, routes, rules, settings, jails. */
  show(): string;
  remove(): Promise<void>;
}

const shown = [
  'ifconfig -a',
  'netstat -rn',
  'pfctl -sr',
  'pfctl -sn',
  'pfctl -v -s Anchors',
  'sysctl net.inet.ip.forwarding',
  'jls name',
];

export async function simulateHost(version: 13 | 14): Promise<SimulatedHost> {
  const directory = mkdtempSync(join(tmpdir(), 'freebsd-demo-'));
  const freebsd = createFreeBsdHost({ version, disk: createMachineDisk() });
  const { answer, start } = answersOf(freebsd);
  const runner = createAnsweringRunner(answer, { start });
  freebsd.run(['kldload', 'if_bridge', 'if_tuntap', 'if_epair', 'if_vlan', 'pf']);
  const host = {
    netdev: await createFreeBsdNetDev({ runner }),
    firewall: await createPfFirewall({ runner, version }),
    dhcp: await createDnsmasq({
      ...{ runner, platform: 'freebsd', directory: `${directory}/dhcp` },
      locks: createMemoryLocks(),
    }),
    runner,
    files: createHostFiles(),
    directory,
  };
  await host.firewall.setup({ write: { file: `${directory}/pf.conf`, load: true } });
  return {
    freebsd,
    host,
    async followSetup() {
      for (const { name, wanted } of (await host.firewall.setup()).settings)
        freebsd.run(['sysctl', `${name}=${wanted}`]);
    },
    show: () => shown.map((words) => freebsd.run(words.split(' ')).stdout).join('\n'),
    async remove() {
      for (const driver of [host.netdev, host.firewall, host.dhcp]) await driver.close();
      rmSync(directory, { recursive: true });
    },
  };
}
