import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { DhcpEvent, DhcpSubnet } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

const subnet: DhcpSubnet = {
  network: 'fd00:1::/64',
  serverAddress: 'fd00:1::1',
  ranges: [{ first: 'fd00:1::100', last: 'fd00:1::1ff' }],
  leaseTime: 600,
};

/** What a real client gets by DHCPv6, and the client, which runs on. */
async function lease6(): Promise<{ address: string | undefined; pid: number }> {
  // Ready once its own address is (RFC 4862, 5.4).
  const own = () => lab.guest('ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'link', '-tentative');
  await expect.poll(own, { timeout: 10_000 }).toContain('fe80::');
  const script = `${lab.directory}/dhclient-script`;
  await writeFile(script, '#!/bin/sh\nexit 0\n');
  await chmod(script, 0o755);
  const [leases, pidFile] = [`${lab.directory}/dhclient.leases`, `${lab.directory}/dhclient.pid`];
  // It goes on in the background, and must not keep the output of its start open.
  const silent = ['sh', '-c', 'exec "$@" > /dev/null 2>&1', 'sh'];
  const files = ['-sf', script, '-lf', leases, '-pf', pidFile, '-cf', '/dev/null'];
  await lab.guest(...silent, 'dhclient', '-6', '-1', '-D', 'LL', ...files, 'eth0');
  const [, address] = /iaaddr (\S+) \{/.exec(await readFile(leases, 'utf8')) ?? [];
  // Written in the background, perhaps after the start has ended.
  await expect.poll(async () => readFile(pidFile, 'utf8').catch(() => '')).toMatch(/^\d+\n$/);
  return { address, pid: Number(await readFile(pidFile, 'utf8')) };
}

it('gives a host that is known by its DUID its address, added while the server runs', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  await lab.dhcp.ensure({ ...network, subnets: [{ ...subnet, ranges: [] }] });
  const host = { duid: `00:03:00:01:${mac}`, address: 'fd00:1::77', hostname: 'six' };
  expect(await lab.dhcp.ensureHost('lab', host)).toEqual({ change: 'added' });
  const { address, pid } = await lease6();
  process.kill(pid, 'SIGKILL');
  expect(address).toBe('fd00:1::77');
  // Its place goes, and with it the lease, without a restart.
  expect(await lab.dhcp.removeHost('lab', { duid: host.duid })).toEqual({ change: 'reloaded' });
  expect(await lab.dhcp.leases('lab')).toEqual([]);
});

it('tells of an IPv6 lease with its client and interface, lists it, and takes it back', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  await lab.dhcp.ensure({ ...network, subnets: [subnet] });
  const events: DhcpEvent[] = [];
  const listening = (async () => {
    for await (const event of lab.dhcp.events('lab')) events.push(event);
  })();

  const { address, pid } = await lease6();
  const lease = {
    address,
    duid: `00:03:00:01:${mac}`,
    iaid: expect.any(Number),
    expires: expect.any(Date),
  };
  await expect.poll(() => lab.dhcp.leases('lab')).toEqual([lease]);
  await expect
    .poll(() => events.find(({ type }) => type === 'added'))
    .toMatchObject({ lease: { ...lease, mac } });
  process.kill(pid, 'SIGKILL');
  expect(await lab.dhcp.release('lab', String(address))).toBe(true);
  expect(await lab.dhcp.leases('lab')).toEqual([]);
  expect(await lab.dhcp.release('lab', String(address))).toBe(false);
  await expect
    .poll(() => events.at(-1))
    .toMatchObject({ type: 'removed', lease: { address, duid: lease.duid, iaid: lease.iaid } });
  await lab.dhcp.close();
  await listening;
});

it('keeps an IPv6 lease in the journal over the end of the server, and the server its DUID', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  const dhcp = await lab.open({ leaseStore: 'journal' });
  await dhcp.ensure({ ...network, subnets: [subnet] });
  const { address, pid } = await lease6();
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => dhcp.leases('lab'), { timeout: 10_000 }).toMatchObject([{ address }]);
  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(async () => (await dhcp.list())[0]?.running, { timeout: 10_000 }).toBe(false);
  expect(await dhcp.ensure({ ...network, subnets: [subnet] })).toEqual({ change: 'started' });
  // A server takes back what it knows, and from who calls it by its DUID (RFC 8415, 16.9).
  expect(await dhcp.release('lab', String(address))).toBe(true);
  expect(await dhcp.leases('lab')).toEqual([]);
  await dhcp.close();
});
