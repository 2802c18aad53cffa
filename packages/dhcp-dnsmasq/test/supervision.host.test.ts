import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DnsmasqLogEntry, SupervisionEvent } from '../src/index.js';
import { type Lab, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

const second = '02:00:00:00:00:02';
const folder = (): string => `${lab.directory}/servers/lab`;

/** The processes of the lab's servers, zombies included. */
async function processes(): Promise<{ pid: number; isZombie: boolean }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const isOurs = line.includes(folder()) || (status.includes(`PPid:\t${process.pid}\n`) && line === '');
      return isOurs ? [{ pid, isZombie: /^State:\tZ/m.test(status) }] : [];
    }),
  );
  return found.flat();
}

it('starts a server again that was killed, as often as it is, and leaves alone what was removed', async () => {
  const events: SupervisionEvent[] = [];
  await lab.dhcp.ensure(network);
  await lab.lease();
  const dhcp = await lab.open();
  const supervision = dhcp.supervise({ onEvent: (event) => events.push(event), lookMs: 20, firstMs: 10 });
  const lost = dhcp.events('lab')[Symbol.asyncIterator]();
  for (let turn = 1; turn <= 3; turn++) {
    process.kill(await lab.pid(), 'SIGKILL');
    await expect.poll(() => events.length, { timeout: 10_000 }).toBe(2 * turn);
    expect(events.at(-2)).toEqual({ type: 'ended', network: 'lab' });
    expect(events.at(-1)).toEqual({ type: 'started', network: 'lab', attempt: turn, pid: await lab.pid() });
    // What the killed one had not told may be lost.
    expect((await lost.next()).value).toMatchObject({ type: 'missed', network: 'lab' });
  }
  expect(await lab.dhcp.leases('lab')).toHaveLength(1);
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
  // Changes are no ends: a restart for another setting, nor a removal.
  await dhcp.ensure({ ...network, leaseTime: 700 });
  // The server, and the process of it that runs the script of events.
  await expect
    .poll(async () => (await processes()).map(({ isZombie }) => isZombie), { timeout: 5000 })
    .toEqual([false, false]);
  await dhcp.remove('lab');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(events).toHaveLength(6);
  await dhcp.ensure(network);
  await supervision.stop();
  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(async () => (await lab.dhcp.list())[0]?.running).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await lab.dhcp.list())[0]?.running).toBe(false);
  expect(events).toHaveLength(6);
  await dhcp.close();
});

it('gives up when somebody else has the port, with the words of dnsmasq, and goes on when that is free', async () => {
  await lab.dhcp.ensure(network);
  process.kill(await lab.pid(), 'SIGKILL');
  // Its port is free once it is gone altogether.
  await expect.poll(processes, { timeout: 5000 }).toEqual([]);
  const other = ['--no-hosts', '--no-resolv', '--bind-interfaces', '--listen-address=10.0.0.1'];
  const pidFile = `${lab.directory}/other.pid`;
  await lab.host('dnsmasq', '--conf-file=/dev/null', ...other, `--pid-file=${pidFile}`);

  await expect(lab.dhcp.ensure(network)).rejects.toMatchObject({
    code: 'PLATFORM',
    detail: expect.stringContaining('Address already in use'),
    hint: expect.stringContaining('53'),
  });
  const events: SupervisionEvent[] = [];
  const settings = { lookMs: 10, firstMs: 10, longestMs: 20, mostStarts: 2 };
  // The failed start has taken the note of a killed server with it: what is noted of the network is still there.
  lab.dhcp.supervise({ onEvent: (event) => events.push(event), ...settings });
  await expect
    .poll(() => events.map(({ type }) => type), { timeout: 10_000 })
    .toEqual(['ended', 'failed', 'failed', 'given-up']);
  expect(events[1]).toMatchObject({ error: { detail: expect.stringContaining('Address already in use') } });
  process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGTERM');
  await expect
    .poll(async () => lab.dhcp.ensure(network).catch(() => undefined))
    .toEqual({ change: 'started' });
  // It was given up until it is seen to run, some looks later.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(() => events.at(-1)?.type, { timeout: 10_000 }).toBe('started');
});

it('tells what the server says, and keeps its log short', async () => {
  const entries: DnsmasqLogEntry[] = [];
  const dhcp = await lab.open();
  const listening = (async () => {
    for await (const entry of dhcp.log('lab')) entries.push(entry);
  })();
  await dhcp.ensure(network);
  await expect.poll(() => entries.some(({ kind }) => kind === 'started'), { timeout: 5000 }).toBe(true);
  await lab.guest('ip', 'link', 'set', 'eth0', 'address', second);
  await lab.lease(1, '-V', '\u001b[31m');
  await expect
    .poll(() => entries.find(({ kind }) => kind === 'exchange'), { timeout: 5000 })
    .toMatchObject({
      network: 'lab',
      source: 'dhcp',
      message: 'DHCPDISCOVER',
      interface: 'br0',
      mac: second,
    });
  await dhcp.ensure({ ...network, hosts: [] });
  await expect
    .poll(() => entries.filter(({ kind, file }) => kind === 'read' && file?.endsWith('/options')).length, {
      timeout: 5000,
    })
    .toBe(2);

  // As after a long time: the server goes on in the emptied file, and what it reads is still seen.
  await writeFile(`${folder()}/log`, 'dnsmasq[1]: old\n'.repeat(80_000), { flag: 'a' });
  expect(await dhcp.ensure(network)).toEqual({ change: 'added' });
  expect((await readFile(`${folder()}/log`, 'utf8')).length).toBeLessThan(10_000);
  expect((await readFile(`${folder()}/log.1`, 'utf8')).length).toBeLessThanOrEqual(65_536);
  await dhcp.ensure({ ...network, leaseTime: 700 });
  await expect.poll(() => entries.filter(({ kind }) => kind === 'started').length, { timeout: 5000 }).toBe(2);
  await dhcp.close();
  await listening;
});
