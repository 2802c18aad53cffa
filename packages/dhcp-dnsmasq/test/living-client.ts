import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Lab } from './lab.js';

const patience = { timeout: 120_000, interval: 100 };

/** A client that keeps what it gets, and runs on: busybox's udhcpc. */
export interface LivingClient {
  address(): Promise<string | undefined>;
  /** Waits until it has an address. */
  bound(): Promise<string>;
  /** Asks for its address again, and waits until it was told which it has. */
  renew(): Promise<void>;
  end(): Promise<void>;
}

export const macOfClient = (number: number): string => `02:00:00:00:01:0${number}`;

/** Starts a client with a device and a MAC address of its own in the guest of a lab; `number` is one digit. */
export async function startClient(lab: Lab, number: number): Promise<LivingClient> {
  const device = `c${number}`;
  // All in one namespace: what one asks for comes and goes by its own device.
  const words = `ip link add name p${number} type veth peer name ${device} address ${macOfClient(number)} netns ${lab.guestName}`;
  await lab.host(...words.split(' '));
  await lab.host('ip', 'link', 'set', `p${number}`, 'master', 'br0', 'up');
  await lab.guest('ip', 'link', 'set', device, 'up');
  // Each answers for its own addresses alone (arp_ignore of the kernel's ip-sysctl).
  await lab.guest('sysctl', '-q', '-w', `net.ipv4.conf.${device}.arp_ignore=1`);
  const [script, told] = [`${lab.directory}/${device}.sh`, `${lab.directory}/${device}.told`];
  await writeFile(
    script,
    `#!/bin/sh\ncase $1 in deconfig) ip addr flush dev ${device} ;; bound | renew) ip addr replace "$ip/$mask" dev ${device} && echo "$ip" >> ${told} ;; esac\n`,
  );
  await chmod(script, 0o755);
  const command = `netns exec ${lab.guestName} busybox udhcpc -i ${device} -f -t 8 -T 2 -A 2 -s ${script}`;
  const child = spawn('ip', command.split(' '), { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const answers = async (): Promise<string[]> =>
    (await readFile(told, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const address = async () => (await answers()).at(-1);
  return {
    address,
    async bound() {
      await expect.poll(address, patience).toBeDefined();
      return String(await address());
    },
    async renew() {
      const before = (await answers()).length;
      child.kill('SIGUSR1');
      await expect.poll(async () => (await answers()).length, patience).toBeGreaterThan(before);
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
