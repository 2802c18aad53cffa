import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { DhcpEvent } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

it('tells of an IPv6 lease with its client and interface, lists it, and takes it back', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  await lab.dhcp.ensure(network);
  // Configured by hand, and started with that by the supervision.
  const file = `${lab.directory}/servers/lab/dnsmasq.conf`;
  const config = (await readFile(file, 'utf8')).replace('except-interface=br0\n', '');
  await writeFile(file, `${config}dhcp-range=fd00:1::100,fd00:1::1ff,64,600\n`);
  process.kill(await lab.pid(), 'SIGKILL');
  await using supervision = lab.dhcp.supervise({ onEvent: () => {}, lookMs: 20, firstMs: 10 });
  await expect.poll(() => lab.pid().catch(() => undefined), { timeout: 5000 }).toBeDefined();
  const events: DhcpEvent[] = [];
  const listening = (async () => {
    for await (const event of lab.dhcp.events('lab')) events.push(event);
  })();

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
  process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
  expect(await lab.dhcp.release('lab', String(address))).toBe(true);
  expect(await lab.dhcp.leases('lab')).toEqual([]);
  expect(await lab.dhcp.release('lab', String(address))).toBe(false);
  await expect
    .poll(() => events.at(-1))
    .toMatchObject({ type: 'removed', lease: { address, duid: lease.duid, iaid: lease.iaid } });
  await supervision.stop();
  await lab.dhcp.close();
  await listening;
});
