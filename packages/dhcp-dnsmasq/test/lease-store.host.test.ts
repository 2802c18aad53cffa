import { readdir } from 'node:fs/promises';
import type { DhcpNetwork } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

const second = '02:00:00:00:00:02';
const open: DhcpNetwork = {
  ...network,
  hosts: [],
  ranges: [{ first: '10.0.0.100', last: '10.0.0.109' }],
};

it('keeps the leases in the journal over ends and restarts of the server, and in its own file again', async () => {
  // The first lease is in the server's own file.
  await lab.dhcp.ensure(open);
  const first = await lab.lease(6, '-x', 'hostname:printer');
  const dhcp = await lab.open({ leaseStore: 'journal' });
  expect(await dhcp.ensure(open)).toEqual({ change: 'restarted' });
  await lab.guest('ip', 'link', 'set', 'eth0', 'address', second);
  const other = await lab.lease(6, '-x', 'hostname:scanner');
  const held = [
    { address: first?.ip, mac, hostname: 'printer' },
    { address: other?.ip, mac: second, hostname: 'scanner' },
  ];
  await expect.poll(() => dhcp.leases('lab'), { timeout: 10_000 }).toMatchObject(held);
  expect(await readdir(`${lab.directory}/servers/lab`)).not.toContain('leases');

  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(async () => (await dhcp.list())[0]?.running, { timeout: 10_000 }).toBe(false);
  expect(await dhcp.ensure(open)).toEqual({ change: 'started' });
  // The names of guests are known by their leases alone.
  expect(await lab.ask('printer')).toEqual([first?.ip]);
  expect(await lab.ask('scanner')).toEqual([other?.ip]);
  expect(await lab.lease(6, '-x', 'hostname:scanner')).toMatchObject({ ip: other?.ip });

  expect(await dhcp.release('lab', first?.ip ?? '')).toBe(true);
  expect(await dhcp.ensure({ ...open, leaseTime: 700 })).toEqual({ change: 'restarted' });
  expect(await lab.ask('printer')).toEqual([]);
  expect(await dhcp.leases('lab')).toMatchObject(held.slice(1));
  expect(await lab.dhcp.ensure(open)).toEqual({ change: 'restarted' });
  expect(await lab.ask('scanner')).toEqual([other?.ip]);
  expect(await lab.dhcp.leases('lab')).toMatchObject(held.slice(1));
  await dhcp.close();
});
