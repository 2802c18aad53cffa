import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { DhcpEvent, DhcpLeaseEvent } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

/** Collects events until the driver is closed. */
function collect(events: AsyncIterable<DhcpEvent>) {
  const seen: DhcpLeaseEvent[] = [];
  const missed: DhcpEvent[] = [];
  const ended = (async () => {
    for await (const event of events) {
      if (event.type === 'missed') missed.push(event);
      else seen.push(event);
    }
  })();
  return { seen, missed, ended };
}

it('tells of a lease that is given, renewed and taken back, and ends with the driver', async () => {
  expect(lab.dhcp.capabilities.has('events')).toBe(true);
  const { seen, missed, ended } = collect(lab.dhcp.events());
  await lab.dhcp.ensure(network);
  await lab.lease(2, '-x', 'hostname:guest');
  const lease = { address: '10.0.0.11', mac, hostname: 'web', clientId: `01:${mac}` };
  await expect
    .poll(() => seen)
    .toEqual([
      {
        type: 'added',
        network: 'lab',
        lease: { ...lease, expires: expect.any(Date) },
        position: expect.any(String),
      },
    ]);
  await lab.lease();
  await expect.poll(() => seen.map(({ type }) => type)).toEqual(['added', 'renewed']);

  // Neither a reload nor a restart is news of a lease.
  await lab.dhcp.ensure({ ...network, names: [{ name: 'api', address: '10.0.0.1' }] });
  expect(await lab.dhcp.ensure({ ...network, leaseTime: 700 })).toEqual({ change: 'restarted' });
  expect(await lab.dhcp.release('lab', '10.0.0.11')).toBe(true);
  await expect.poll(() => seen.map(({ type }) => type)).toEqual(['added', 'renewed', 'removed']);
  expect(seen[2]).toMatchObject({ network: 'lab', lease: { address: '10.0.0.11', mac } });
  await lab.dhcp.close();
  await ended;
  expect(missed).toEqual([]);
});

it('tells of a lease whose time is up, and its name is gone', async () => {
  const open = { ...network, hosts: [{ mac, address: '10.0.0.11' }] };
  await lab.dhcp.ensure(open);
  const { seen } = collect(lab.dhcp.events());
  expect(await lab.lease(2, '-x', 'hostname:guest')).toMatchObject({ ip: '10.0.0.11' });
  expect(await lab.ask('guest')).toEqual(['10.0.0.11']);
  // As after most of its time: no server gives one of a few seconds.
  process.kill(await lab.pid(), 'SIGTERM');
  await expect.poll(async () => (await lab.dhcp.list())[0]?.running, { timeout: 5000 }).toBe(false);
  const file = `${lab.directory}/servers/lab/leases`;
  const soon = Math.floor(Date.now() / 1000) + 1;
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(soon)));
  expect(await lab.dhcp.ensure(open)).toEqual({ change: 'started' });
  await expect
    .poll(() => seen.at(-1), { timeout: 20_000 })
    .toMatchObject({ type: 'removed', lease: { address: '10.0.0.11', mac } });
  expect(await lab.dhcp.leases('lab')).toEqual([]);
  expect(await lab.ask('guest')).toEqual([]);
});

it('tells those who ask for one network of that one, and a program that came later too', async () => {
  const stop = new AbortController();
  const other = collect(lab.dhcp.events('other', { signal: stop.signal }));
  await lab.dhcp.ensure(network);
  await lab.lease();
  const successor = await lab.open();
  const later = collect(successor.events('lab'));
  await lab.dhcp.release('lab', '10.0.0.11');
  await expect.poll(() => later.seen.map(({ type }) => type)).toEqual(['removed']);
  stop.abort();
  await other.ended;
  expect(other.seen).toEqual([]);
  await successor.close();
  await later.ended;
});

it.each(['$(touch /run/pwned)', '`touch /run/pwned`', 'a b;c', '../../x', '-n', '%s', 'x\n9 add y'])(
  'gives a guest that calls itself %j no say',
  async (name) => {
    const { seen } = collect(lab.dhcp.events());
    await lab.dhcp.ensure({ ...network, hosts: [{ mac, address: '10.0.0.11' }] });
    const hex = Buffer.from(name).toString('hex');
    await lab.lease(2, '-x', `0x0c:${hex}`, '-x', `0x3d:${hex}`, '-V', name);
    await expect.poll(() => seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ type: 'added', lease: { address: '10.0.0.11', mac } });
    expect(seen[0]?.lease.hostname ?? '').toMatch(/^[A-Za-z0-9._-]*$/);
    await expect(promisify(execFile)('ls', ['/run/pwned'])).rejects.toThrow();
  },
);

it('has no events where scripts cannot run, and serves all the same', async () => {
  const directory = `${lab.directory}/noexec`;
  await mkdir(directory);
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'noexec,mode=0755', 'tmpfs', directory]);
  const dhcp = await lab.open({ directory });
  try {
    expect(dhcp.capabilities.has('events')).toBe(false);
    expect(() => dhcp.events()).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', detail: expect.stringContaining('noexec') }),
    );
    await dhcp.ensure(network);
    expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
    await dhcp.remove('lab');
  } finally {
    await dhcp.close();
    await promisify(execFile)('umount', ['-l', directory]);
  }
});

it('goes on with a full disk: serves, and says what it could not tell', async () => {
  const directory = `${lab.directory}/small`;
  await mkdir(directory);
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=0755', 'tmpfs', directory]);
  const dhcp = await lab.open({ directory });
  try {
    const { seen, missed } = collect(dhcp.events());
    await dhcp.ensure(network);
    await lab.lease();
    await expect.poll(() => seen.length).toBe(1);
    const shell = (script: string) => promisify(execFile)('sh', ['-c', script]);
    await shell(`cat /dev/zero > ${directory}/ballast 2> /dev/null || true`);
    expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
    // A change says what is in its way, and leaves everything as it was.
    const more = [...(network.hosts ?? []), { mac: '02:00:00:00:00:02', address: '10.0.0.12' }];
    for (const change of [
      () => dhcp.ensureHost('lab', more[1] ?? {}),
      () => dhcp.ensure({ ...network, hosts: more, leaseTime: 700 }),
    ]) {
      await expect(change()).rejects.toMatchObject({ detail: expect.stringContaining('ENOSPC') });
    }
    expect(await dhcp.ensure(network)).toEqual({ change: 'none' });
    // In the page that the journal ends in there is some space left; this is more than fits.
    const many = 200;
    await shell(`for n in $(seq ${many}); do ${directory}/lab/events/notify old ${mac} 10.0.0.11 2>&1; done`);
    expect(seen.length + missed.length).toBeLessThan(many);
    // A server that cannot be noted is none: the next start finds the ports free.
    process.kill((await dhcp.list())[0]?.pid ?? 0, 'SIGKILL');
    await expect.poll(async () => (await dhcp.list())[0]?.running, { timeout: 5000 }).toBe(false);
    await expect(dhcp.ensure(network)).rejects.toMatchObject({ detail: expect.stringContaining('ENOSPC') });
    expect(await lab.lease(1)).toBeUndefined();
    await shell(`rm ${directory}/ballast`);
    expect(await dhcp.ensure(network)).toEqual({ change: 'started' });
    expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
    await expect.poll(() => missed.length).toBeGreaterThan(0);
    await expect.poll(() => seen.at(-1)?.lease.expires).toBeDefined();
    expect(await dhcp.leases('lab')).toMatchObject([{ address: '10.0.0.11', mac }]);
    await dhcp.remove('lab');
  } finally {
    await dhcp.close();
    await promisify(execFile)('umount', ['-l', directory]);
  }
});

it('tells a manager that was killed everything that came meanwhile, once', async () => {
  await lab.dhcp.ensure(network);
  const first = collect(lab.dhcp.events());
  await lab.lease();
  await expect.poll(() => first.seen.length).toBe(1);
  await lab.dhcp.close();
  for (let turn = 0; turn < 3; turn++) await lab.lease();
  const successor = await lab.open();
  const position = first.seen[0]?.position;
  const later = collect(successor.events('lab', { after: position }));
  await lab.lease();
  await expect.poll(() => later.seen.map(({ type }) => type)).toEqual(Array(4).fill('renewed'));
  const again = collect(successor.events(undefined, { after: { lab: position ?? '' } }));
  await expect.poll(() => again.seen).toEqual(later.seen);
  expect([...later.missed, ...again.missed]).toEqual([]);
  await successor.close();
});
