import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { DhcpEvent } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

it('serves dhclient: its address by its client id, its options, and the release that it asks for', async () => {
  const identifier = '00:11:22:33';
  await lab.dhcp.ensure({
    ...network,
    hosts: [{ clientId: identifier, address: '10.0.0.42', hostname: 'deb' }],
    options: [{ option: 'ntp-server', values: ['10.0.0.40'] }],
  });
  const events: DhcpEvent[] = [];
  const listening = (async () => {
    for await (const event of lab.dhcp.events('lab')) events.push(event);
  })();
  await lab.dhcp.leases('lab');

  const [script, config, leases, pidFile] = ['script', 'conf', 'leases', 'pid'].map(
    (name) => `${lab.directory}/dhclient.${name}`,
  ) as [string, string, string, string];
  await writeFile(
    script,
    '#!/bin/sh\ncase $reason in BOUND | REBOOT | RENEW) ip addr replace "$new_ip_address/24" dev "$interface" ;; esac\n',
  );
  await chmod(script, 0o755);
  await writeFile(
    config,
    `send dhcp-client-identifier ${identifier};\nrequest subnet-mask, routers, domain-name, domain-name-servers, host-name, ntp-servers;\n`,
  );
  // It goes on in the background, and must not keep the output of its start open.
  const silent = ['sh', '-c', 'exec "$@" > /dev/null 2>&1', 'sh', 'dhclient', '-4'];
  const files = ['-sf', script, '-lf', leases, '-pf', pidFile, '-cf', config];
  await lab.guest(...silent, '-1', ...files, 'eth0');
  const told = await readFile(leases, 'utf8');
  for (const line of [
    'fixed-address 10.0.0.42;',
    'option host-name "deb";',
    'option domain-name "lab.example";',
    'option domain-name-servers 10.0.0.1;',
    'option routers 10.0.0.1;',
    'option ntp-servers 10.0.0.40;',
    'option dhcp-lease-time 600;',
  ]) {
    expect(told).toContain(line);
  }
  expect(await lab.dhcp.leases('lab')).toMatchObject([
    { address: '10.0.0.42', mac, clientId: identifier, hostname: 'deb' },
  ]);
  await lab.guest(...silent, '-r', ...files, 'eth0');
  await expect.poll(() => lab.dhcp.leases('lab'), { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => events.map(({ type }) => type), { timeout: 10_000 }).toEqual(['added', 'removed']);
  await lab.dhcp.close();
  await listening;
});
