import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDnsmasq } from 'dhcp-dnsmasq';
import {
  type DhcpAnswer,
  type DhcpClient,
  type DhcpDevice,
  describeDhcpDriver,
  dhcpTopology,
} from 'netdev-conformance/dhcp';
import { describe, expect } from 'vitest';
import { addSpaces, ipBatchIn, outputIn, removeSpaces } from '../../firewall-iptables/test/agent/agent.js';
import { addressesOf } from './name-question.js';

const devices = Object.keys(dhcpTopology) as DhcpDevice[];
let made = 0;

interface Subject {
  host: string;
  guest: string;
  directory: string;
}

const at = (where: string, ...argv: string[]): Promise<string> => outputIn(where, argv);

/** A host with the suite's devices as bridges, and a guest with a device behind each, named like the bridge. */
async function setup(): Promise<Subject> {
  made += 1;
  const [host, guest] = [`cf-dhcp${made}`, `cf-guest${made}`];
  const directory = await mkdtemp('/run/cf-dhcp-');
  // dnsmasq reads its files as a user of its own.
  await chmod(directory, 0o755);
  await addSpaces(host, guest);
  const each = (commands: (device: DhcpDevice) => readonly string[]): string[] => [
    'link set lo up',
    ...devices.flatMap(commands),
  ];
  await ipBatchIn(
    host,
    each((device) => {
      const { address, address6 } = dhcpTopology[device];
      return [
        `link add name ${device} type bridge forward_delay 0`,
        `link add name p-${device} type veth peer name ${device} netns ${guest}`,
        `link set p-${device} master ${device} up`,
        `link set ${device} up`,
        `address add ${address} dev ${device}`,
        ...(address6 ? [`address add ${address6} dev ${device} nodad`] : []),
      ];
    }),
  );
  await ipBatchIn(
    guest,
    each((device) => [`link set ${device} up`]),
  );
  return { host, guest, directory };
}

async function teardown({ host, guest, directory }: Subject): Promise<void> {
  await removeSpaces(host, guest);
  await rm(directory, { recursive: true });
}

/** A real client: busybox's udhcpc, and questions of DNS. */
function createClient({ guest, directory }: Subject): DhcpClient {
  const seen = join(directory, 'seen');
  const script = join(directory, 'client.sh');
  return {
    async request(device, mac, hostname) {
      await rm(seen, { force: true });
      const lines = [
        '#!/bin/sh',
        '[ "$1" = bound ] || exit 0',
        'ip addr flush dev "$interface" scope global',
        'ip addr add "$ip/$mask" dev "$interface"',
        `env > ${seen}`,
      ];
      await writeFile(script, `${lines.join('\n')}\n`);
      await chmod(script, 0o755);
      await at(guest, 'ip', 'link', 'set', device, 'down');
      await at(guest, 'ip', 'link', 'set', device, 'address', mac, 'up');
      // dnsmasq pings an address of a range for three seconds before it offers it.
      const words = ['-i', device, '-f', '-n', '-q', '-t', '6', '-T', '1', '-s', script, '-O', 'mtu'];
      const named = hostname === undefined ? [] : ['-x', `hostname:${hostname}`];
      await at(guest, 'busybox', 'udhcpc', ...words, ...named).catch(() => '');
      const text = await readFile(seen, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : answerOf(text);
    },

    async resolve(device, name) {
      const { server } = dhcpTopology[device];
      await at(guest, 'ip', 'address', 'replace', `${server.replace(/1$/, '250')}/24`, 'dev', device);
      return (await addressesOf(guest, name, server))[0];
    },
  };
}

/** What udhcpc hands to its script (busybox, networking/udhcp). */
function answerOf(environment: string): DhcpAnswer {
  const told = Object.fromEntries(
    environment
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return {
    address: told.ip ?? '',
    dnsServers: told.dns?.split(' ') ?? [],
    leaseTime: Number(told.lease),
    ...(told.router === undefined ? {} : { gateway: told.router }),
    ...(told.domain === undefined ? {} : { domain: told.domain }),
    ...(told.mtu === undefined ? {} : { mtu: Number(told.mtu) }),
  };
}

const open = ({ host, directory }: Subject) =>
  createDnsmasq({ namespace: { name: host }, directory: join(directory, 'servers') });

// Each requirement has a host of its own, and waits for dnsmasq and its clients.
describe.concurrent('DHCP on this kernel', () => {
  describeDhcpDriver('dhcp-dnsmasq', {
    setup,
    open,
    teardown,
    client: createClient,
    async killServer(subject, key) {
      await using driver = await open(subject);
      const pid = (await driver.list()).find((status) => status.key === key)?.pid;
      if (pid === undefined) return;
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => isAlive(pid)).toBe(false);
    },
  });
});

/** A process that nobody has waited for yet is no longer alive (proc_pid_stat(5): state Z). */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) Z /.test(stat);
}
