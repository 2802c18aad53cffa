import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DhcpNetwork } from 'netdev-core';
import { expect } from 'vitest';
import {
  addSpaces,
  ipBatchIn,
  outputIn,
  removeSpaces,
  setIn,
} from '../../firewall-iptables/test/agent/agent.js';
import { createDnsmasq, type DnsmasqDriver, type DnsmasqOptions } from '../src/index.js';
import { addressesOf, namesOf } from './name-question.js';

let made = 0;

/** The MAC of the lab's guest, as it comes. */
export const mac = '02:00:00:00:00:01';

export const network: DhcpNetwork = {
  key: 'lab',
  interface: 'br0',
  network: '10.0.0.0/24',
  serverAddress: '10.0.0.1',
  domain: 'lab.example',
  leaseTime: 600,
  hosts: [{ mac, address: '10.0.0.11', hostname: 'web' }],
};

/** Two namespaces: one with a bridge and the server, one with a guest whose `eth0` is on that bridge. */
export interface Lab {
  directory: string;
  /** The namespace of the guest. */
  guestName: string;
  dhcp: DnsmasqDriver;
  open(options?: DnsmasqOptions): Promise<DnsmasqDriver>;
  /** Runs a command beside the server. */
  host(...argv: string[]): Promise<string>;
  /** Runs a command in the guest. */
  guest(...argv: string[]): Promise<string>;
  /** What a real client is told; `undefined` when nobody answers within its tries, a second each. */
  lease(tries?: number, ...words: string[]): Promise<Record<string, string> | undefined>;
  /** The addresses that the server gives for a name. */
  ask(name: string, server?: string): Promise<string[]>;
  askIpv6(name: string): Promise<string[]>;
  /** The names that it gives for an address. */
  askNames(address: string): Promise<string[]>;
  pid(key?: string): Promise<number>;
  close(): Promise<void>;
}

export async function makeLab(): Promise<Lab> {
  made += 1;
  const space = `dm${process.pid}x${made}`;
  const inside = `${space}g`;
  const host: Lab['host'] = (...argv) => outputIn(space, argv);
  const guest: Lab['guest'] = (...argv) => outputIn(inside, argv);
  // In the sandbox's /run, where dnsmasq can read it as the user that it changes to.
  const directory = await mkdtemp('/run/dnsmasq-test-');
  await chmod(directory, 0o755);
  await addSpaces(space, inside);
  // IPv6 addresses can be used at once: nobody else has them (the kernel's ip-sysctl).
  for (const name of [space, inside]) await setIn(name, { 'net.ipv6.conf.default.accept_dad': 0 });
  await ipBatchIn(space, [
    'link set lo up',
    'link add name br0 type bridge forward_delay 0',
    'link set br0 up',
    'address add 10.0.0.1/24 dev br0',
    `link add name p0 type veth peer name eth0 address ${mac} netns ${inside}`,
    'link set p0 master br0 up',
  ]);
  await ipBatchIn(inside, ['link set eth0 up']);
  const open: Lab['open'] = (options = {}) =>
    createDnsmasq({ namespace: { name: space }, directory: `${directory}/servers`, ...options });
  const dhcp = await open();

  return {
    directory,
    guestName: inside,
    dhcp,
    open,
    host,
    guest,
    async lease(tries = 2, ...words) {
      const script = join(directory, 'client.sh');
      const seen = join(directory, 'seen');
      await rm(seen, { force: true });
      await writeFile(
        script,
        `#!/bin/sh\n[ "$1" = bound ] || exit 0\nip addr flush dev eth0 scope global\nip addr add "$ip/$mask" dev eth0\nenv > ${seen}\n`,
      );
      await chmod(script, 0o755);
      const command = `busybox udhcpc -i eth0 -f -n -q -t ${tries} -T 1 -s ${script} -O mtu -O ntpsrv -O bootfile`;
      await guest('env', '-i', `PATH=${process.env.PATH}`, ...command.split(' '), ...words).catch(() => '');
      const text = await readFile(seen, 'utf8').catch(() => undefined);
      return text === undefined
        ? undefined
        : Object.fromEntries(text.split('\n').map((line) => line.split('=') as [string, string]));
    },
    ask: (name, server = '10.0.0.1') => addressesOf(inside, name, server),
    askIpv6: (name) => addressesOf(inside, name, '10.0.0.1', 'AAAA'),
    askNames: (address) => namesOf(inside, address, '10.0.0.1'),
    async pid(key = 'lab') {
      const pid = (await dhcp.list()).find((status) => status.key === key)?.pid;
      expect(pid).toBeDefined();
      return pid as number;
    },
    async close() {
      const last = await open();
      for (const { key } of await last.list()) await last.remove(key);
      for (const driver of [last, dhcp]) await driver.close();
      await removeSpaces(inside, space);
      await rm(directory, { recursive: true });
    },
  };
}
