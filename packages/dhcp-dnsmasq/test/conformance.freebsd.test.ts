import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { describeDhcpDriver, dhcpTopology } from 'netdev-conformance/dhcp';
import { createRunner } from 'netdev-exec';
import { expect } from 'vitest';
import { createDnsmasq } from '../src/index.js';

interface Subject {
  jail: string;
  directory: string;
}

const host = createRunner();
let count = 0;

const open = ({ jail, directory }: Subject) =>
  createDnsmasq({ namespace: { name: jail }, directory: `${directory}/servers` });

/** Each requirement in a vnet jail of its own, with the suite's devices as bridges. No guest asks the servers here. */
describeDhcpDriver<Subject>('dhcp-dnsmasq on this host, in a vnet jail', {
  async setup() {
    count += 1;
    const jail = `netdev-dhcp${process.pid}-${count}`;
    // dnsmasq pings an address before it offers it, by a raw socket that it opens as it starts.
    await host.run(['jail', '-c', `name=${jail}`, 'persist', 'vnet', 'allow.raw_sockets']);
    const inside = host.inNamespace({ name: jail });
    for (const [device, { address }] of Object.entries(dhcpTopology)) {
      await inside.run(['ifconfig', 'bridge', 'create', 'name', device]);
      await inside.run(['ifconfig', device, 'inet', address, 'alias']);
      await inside.run(['ifconfig', device, 'up']);
    }
    const directory = await mkdtemp('/var/run/netdev-dhcp-test-');
    // dnsmasq reads its files as a user of its own.
    await chmod(directory, 0o755);
    return { jail, directory };
  },
  open,
  async teardown({ jail, directory }) {
    await host.run(['jail', '-r', jail]);
    await rm(directory, { recursive: true });
  },
  async killServer(subject, key) {
    await using driver = await open(subject);
    const pid = (await driver.list()).find((status) => status.key === key)?.pid;
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    const running = async () => (await driver.list()).some((status) => status.key === key && status.running);
    await expect.poll(running).toBe(false);
  },
});
