import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';
import { macOfClient, startClient } from './living-client.js';

/** Restarts under load, and of them every third by SIGKILL. By hand: NETDEV_RESTARTS=50. */
const RESTARTS = Number(process.env['NETDEV_RESTARTS'] ?? 4);
const CLIENTS = 30;
const range = { first: '10.0.0.100', last: '10.0.0.199' };
const clients = fileURLToPath(new URL('./dhcp-clients.mjs', import.meta.url));

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

const leaseFile = (): string => `${lab.directory}/servers/lab/leases`;

interface Answer {
  mac: string;
  address: string;
  type: 'ack' | 'nak';
}

/** Many clients that get leases and hold them, until they are stopped. */
function startClients(count: number): { answers: Answer[]; stop(): Promise<void> } {
  const answers: Answer[] = [];
  const words = ['ip', 'netns', 'exec', lab.guestName, process.execPath, clients, '1', String(count)];
  const [file = '', ...args] = [...words, String(count), 'hold'];
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => answers.push(JSON.parse(line) as Answer));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    answers,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

it(`gives no address to two clients and loses no lease of a living one over ${RESTARTS} restarts under load`, {
  timeout: 60_000 + RESTARTS * 10_000,
}, async () => {
  await lab.guest('ip', 'address', 'add', '10.0.0.250/24', 'dev', 'eth0');
  await lab.guest('ip', 'route', 'add', '255.255.255.255', 'dev', 'eth0');
  await lab.dhcp.ensure({ ...network, ranges: [range] });
  const lost: string[] = [];
  const told = new Set<string>();
  const events = lab.dhcp.events('lab');
  const listening = (async () => {
    for await (const event of events) {
      if (event.type === 'missed') lost.push(event.position);
      else told.add(event.lease.address);
    }
  })();
  const load = startClients(CLIENTS);
  const holders = (): Map<string, string> =>
    new Map(load.answers.filter(({ type }) => type === 'ack').map((answer) => [answer.mac, answer.address]));
  await expect.poll(() => holders().size, { timeout: 60_000 }).toBe(CLIENTS);

  let killed = 0;
  const passing = { mac: '02:00:00:00:00:77', address: '10.0.0.77', hostname: 'passing' };
  for (let turn = 1; turn <= RESTARTS; turn++) {
    // What needs no restart, in the midst of their exchanges.
    expect(await lab.dhcp.ensureHost('lab', passing)).toEqual({ change: 'added' });
    expect(await lab.dhcp.removeHost('lab', passing)).toEqual({ change: 'reloaded' });
    if (turn % 3 === 0) {
      killed += 1;
      process.kill(await lab.pid(), 'SIGKILL');
      await expect.poll(async () => (await lab.dhcp.list())[0]?.running, { timeout: 5000 }).toBe(false);
    }
    const { change } = await lab.dhcp.ensure({ ...network, ranges: [range], leaseTime: 600 + turn });
    expect(change).toBe(turn % 3 === 0 ? 'started' : 'restarted');
    const before = load.answers.length;
    // Everybody is served again.
    await expect
      .poll(() => new Set(load.answers.slice(before).map((answer) => answer.mac)).size, { timeout: 20_000 })
      .toBe(CLIENTS);
  }
  await load.stop();

  const owners = new Map<string, Set<string>>();
  for (const { type, address, mac: client } of load.answers) {
    if (type === 'ack') owners.set(address, (owners.get(address) ?? new Set()).add(client));
  }
  expect([...owners].filter(([, macs]) => macs.size > 1)).toEqual([]);
  expect(load.answers.filter(({ type }) => type === 'nak')).toEqual([]);
  const held = new Map((await lab.dhcp.leases('lab')).map((lease) => [lease.mac, lease.address]));
  expect(Object.fromEntries(held)).toEqual(Object.fromEntries(holders()));
  await expect.poll(() => told.size, { timeout: 10_000 }).toBe(CLIENTS);
  // Nothing is lost but what a killed server had not told, and that is said.
  expect(lost).toHaveLength(killed);
  await lab.dhcp.close();
  await listening;
});

it.each([
  ['garbage', () => Buffer.from([0, 0xff, 0x0a, 0x20, 0x0a, 0x41, 0x0a])],
  ['a line cut in its middle', (text: string) => Buffer.from(text.slice(0, text.length / 2))],
  ['garbage before what was there', (text: string) => Buffer.from(`x y z\n\n${text}`)],
  ['nothing', () => Buffer.alloc(0)],
])('serves with a lease file that is damaged: %s', async (_, damage) => {
  await lab.dhcp.ensure(network);
  await lab.lease();
  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(async () => (await lab.dhcp.list())[0]?.running, { timeout: 5000 }).toBe(false);
  await writeFile(leaseFile(), damage(await readFile(leaseFile(), 'utf8')));
  expect(await lab.dhcp.ensure(network)).toEqual({ change: 'started' });
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
  expect(await lab.dhcp.leases('lab')).toMatchObject([{ address: '10.0.0.11', mac }]);
});

it('gives no address of a living client to another when the lease file is lost, and the client keeps it', async () => {
  const only = '10.0.0.100';
  const open = { ...network, ranges: [{ first: only, last: only }] };
  // It has a reservation at first: nobody waits for a ping then.
  await lab.dhcp.ensure({ ...open, hosts: [{ mac: macOfClient(1), address: only }] });
  const client = await startClient(lab, 1);
  try {
    expect(await client.bound()).toBe(only);
    process.kill(await lab.pid(), 'SIGKILL');
    await expect.poll(async () => (await lab.dhcp.list())[0]?.running, { timeout: 5000 }).toBe(false);
    await writeFile(leaseFile(), 'x y z\n');
    expect(await lab.dhcp.ensure({ ...open, hosts: [] })).toEqual({ change: 'started' });
    expect(await lab.lease()).toBeUndefined();
    await client.renew();
    expect(await client.address()).toBe(only);
    expect(await lab.dhcp.leases('lab')).toMatchObject([{ address: only, mac: macOfClient(1) }]);
  } finally {
    await client.end();
  }
});
