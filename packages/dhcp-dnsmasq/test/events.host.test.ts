import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { DhcpLeaseEvent } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

/** Collects events until the driver is closed. */
function collect(events: AsyncIterable<DhcpLeaseEvent>): { seen: DhcpLeaseEvent[]; ended: Promise<void> } {
  const seen: DhcpLeaseEvent[] = [];
  const ended = (async () => {
    for await (const event of events) seen.push(event);
  })();
  return { seen, ended };
}

it('tells of a lease that is given, renewed and taken back, and ends with the driver', async () => {
  expect(lab.dhcp.capabilities.has('events')).toBe(true);
  const { seen, ended } = collect(lab.dhcp.events());
  await lab.dhcp.ensure(network);
  await lab.lease(2, '-x', 'hostname:guest');
  const lease = { address: '10.0.0.11', mac, hostname: 'web', clientId: `01:${mac}` };
  await expect
    .poll(() => seen)
    .toEqual([{ type: 'added', network: 'lab', lease: { ...lease, expires: expect.any(Date) } }]);
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
    await promisify(execFile)('umount', [directory]);
  }
});
