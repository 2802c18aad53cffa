import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRunner } from 'netdev-exec';
import { createLinuxNetDev } from 'netdev-linux';
import { addSpaces, ipBatchIn, outputIn, removeSpaces } from '../../../firewall-iptables/test/agent/agent.js';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import type { FixedIp } from '../../src/context.js';
import { createLinuxNet } from '../../src/create-linux-net.js';

const run = promisify(execFile);
let made = 0;

/** The network that the lab serves. */
export const network = {
  id: 7,
  label: 'lab',
  cidr: '10.0.0.0/24',
  netmask: '255.255.255.0',
  gateway: '10.0.0.1',
  dhcp_server: '10.0.0.1',
  dhcp_start: '10.0.0.3',
  multi_host: false,
};

/** The record of a guest's fixed address; the first guest's is that of the lab's device. */
export function fixedIp(guest: number): FixedIp {
  return {
    address: `10.0.0.1${guest}`,
    virtual_interface_id: guest,
    virtual_interface: { address: macOf(guest) },
    instance: { hostname: `guest-${guest}` },
    allocated: true,
    leased: true,
  };
}

export const macOf = (guest: number): string => `02:00:00:00:00:0${guest}`;

/** Two namespaces: a host with the bridge `br100`, and a guest whose `eth0` is on it. */
export async function makeDhcpLab(conf: Partial<LinuxNetConf> = {}) {
  made += 1;
  const space = `ln${process.pid}x${made}`;
  const inside = `${space}g`;
  const folder = await mkdtemp('/run/dhcp-lab-');
  // dnsmasq and radvd read their files as users of their own.
  await chmod(folder, 0o755);
  const networks = join(folder, 'networks');
  await mkdir(networks);
  await addSpaces(space, inside);
  await ipBatchIn(space, [
    'link set lo up',
    'link add name br100 type bridge forward_delay 0',
    'link set br100 up',
    'address add 10.0.0.1/24 dev br100',
    `link add name p0 type veth peer name eth0 address ${macOf(1)} netns ${inside}`,
    'link set p0 master br100 up',
  ]);
  await ipBatchIn(inside, ['link set eth0 up']);
  const netdev = await createLinuxNetDev({ namespace: { name: space } });
  const fixedIps: FixedIp[] = [fixedIp(1)];
  const net = createLinuxNet({
    binaryName: 'lab',
    conf: { networks_path: networks, dhcp_lease_time: 600, dhcpbridge: '/bin/true', ...conf },
    netdev,
    runner: createRunner().inNamespace({ name: space }),
    fixedIps: async () => fixedIps,
  });

  const lab = {
    folder,
    networks,
    net,
    /** The records; changed in place. */
    fixedIps,
    host: (...argv: string[]) => outputIn(space, argv),
    guest: (...argv: string[]) => outputIn(inside, argv),
    /** What a real client is told; `undefined` when nobody answers within its tries, a second each. */
    async lease(tries = 3, ...words: string[]): Promise<Record<string, string> | undefined> {
      const script = join(folder, 'client.sh');
      const seen = join(folder, 'seen-by-client');
      await rm(seen, { force: true });
      const lines = [
        '#!/bin/sh',
        '[ "$1" = bound ] || exit 0',
        'ip addr flush dev eth0 scope global',
        'ip addr add "$ip/$mask" dev eth0',
        `env > ${seen}`,
      ];
      await writeFile(script, `${lines.join('\n')}\n`);
      await chmod(script, 0o755);
      const command = `busybox udhcpc -i eth0 -f -n -q -t ${tries} -T 1 -s ${script}`;
      await lab.guest(...command.split(' '), ...words).catch(() => '');
      const text = await readFile(seen, 'utf8').catch(() => undefined);
      return text === undefined
        ? undefined
        : Object.fromEntries(text.split('\n').map((line) => line.split('=') as [string, string]));
    },
    /** Ends a daemon of `br100` as a crash would, and waits until it is gone. */
    async crash(pid: number): Promise<void> {
      process.kill(pid, 'SIGKILL');
      while (
        await readFile(`/proc/${pid}/stat`, 'utf8').then(
          (text) => !/\) Z /.test(text),
          () => false,
        )
      ) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close(): Promise<void> {
      await net.killDhcp('br100');
      const pid = await net.raPidFor('br100');
      if (pid !== null) await run('kill', ['-9', String(pid)]).catch(() => {});
      await netdev.close();
      await removeSpaces(inside, space);
      await rm(folder, { recursive: true });
    },
  };
  return lab;
}

export type DhcpLab = Awaited<ReturnType<typeof makeDhcpLab>>;
