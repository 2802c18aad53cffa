import { execFileSync, spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, makeLab, network } from './lab.js';

/** In seconds. */
const DAY = 86_400;
const LEASE = 600;
const patience = { timeout: 120_000, interval: 500 };

/** A client that keeps what it gets, and runs on. */
interface LivingClient {
  address(): Promise<string | undefined>;
  /** Asks for its address again, and waits until it was told which it has. */
  renew(): Promise<void>;
  end(): Promise<void>;
}

let lab: Lab;
let ahead = 0;
const clients: LivingClient[] = [];
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(async () => {
  moveClock(-ahead);
  for (const client of clients.splice(0)) await client.end();
  await lab.close();
}, 60_000);

/** Only the wall clock (CLOCK_REALTIME): timers go on as before. */
function moveClock(seconds: number): void {
  ahead += seconds;
  execFileSync('date', ['--set', `@${Math.floor(Date.now() / 1000) + seconds}`]);
}

async function startClient(number: number): Promise<LivingClient> {
  const device = `c${number}`;
  const mac = `02:00:00:00:00:0${number}`;
  // All in one namespace: what one asks for comes and goes by its own device.
  const words = `ip link add name p${number} type veth peer name ${device} address ${mac} netns ${lab.guestName}`;
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
  const client: LivingClient = {
    address: async () => (await answers()).at(-1),
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
  clients.push(client);
  await expect.poll(() => client.address(), patience).toBeDefined();
  return client;
}

/** For how many seconds each address is leased, by the clock of now. */
async function secondsLeft(): Promise<Record<string, number>> {
  const leases = await lab.dhcp.leases('lab');
  return Object.fromEntries(
    leases.map(({ address, expires }) => [address, ((expires?.getTime() ?? 0) - Date.now()) / 1000]),
  );
}

it('gives no address of a living client to another when the clock jumps a day, and none is lost for good', {
  timeout: 600_000,
}, async () => {
  const ranges = [{ first: '10.0.0.100', last: '10.0.0.102' }];
  await lab.dhcp.ensure({ ...network, hosts: [], leaseTime: LEASE, ranges });
  const one = await startClient(1);
  const first = String(await one.address());
  expect((await secondsLeft())[first]).toBeLessThanOrEqual(LEASE);

  moveClock(DAY);
  // By this clock its lease is over, and that is what is read.
  const left = (await secondsLeft())[first];
  expect(left ?? -1).toBeLessThan(0);
  const two = await startClient(2);
  const second = String(await two.address());
  expect(second).not.toBe(first);
  await one.renew();
  expect(await one.address()).toBe(first);
  const renewed = await secondsLeft();
  expect(Object.keys(renewed).sort()).toEqual([first, second].sort());
  for (const seconds of Object.values(renewed)) {
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(LEASE);
  }

  moveClock(-DAY);
  // Leases that were given before last a day longer by this clock, until they are renewed.
  expect((await secondsLeft())[first]).toBeGreaterThan(DAY);
  const three = await startClient(3);
  const third = String(await three.address());
  expect([first, second]).not.toContain(third);
  for (const client of [one, two]) await client.renew();
  expect([await one.address(), await two.address()]).toEqual([first, second]);
  const all = await secondsLeft();
  expect(Object.keys(all).sort()).toEqual([first, second, third].sort());
  for (const seconds of Object.values(all)) expect(seconds).toBeLessThanOrEqual(LEASE);
});
