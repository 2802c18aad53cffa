import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

it('gives a host its address, gateway, DNS server, lease time and options, and nobody else anything', async () => {
  expect(
    await lab.dhcp.ensure({
      ...network,
      mtu: 1400,
      options: [{ option: 42, values: ['10.0.0.9'] }],
    }),
  ).toEqual({ change: 'started' });
  expect(await lab.lease()).toMatchObject({
    ip: '10.0.0.11',
    mask: '24',
    router: '10.0.0.1',
    dns: '10.0.0.1',
    serverid: '10.0.0.1',
    domain: 'lab.example',
    lease: '600',
    mtu: '1400',
    ntpsrv: '10.0.0.9',
  });
  expect(await lab.dhcp.leases('lab')).toMatchObject([
    { address: '10.0.0.11', mac, hostname: 'web', expires: expect.any(Date) },
  ]);
  await lab.guest('ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:99');
  expect(await lab.lease()).toBeUndefined();
});

it('gives anybody an address of the range, and a host its own options over those of the network', async () => {
  await lab.dhcp.ensure({
    ...network,
    ranges: [{ first: '10.0.0.100', last: '10.0.0.100' }],
    hosts: [{ mac, address: '10.0.0.11', options: [{ option: 'router', values: ['10.0.0.254'] }] }],
  });
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11', router: '10.0.0.254' });
  await lab.guest('ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:99');
  // dnsmasq pings an address for three seconds before it offers it to somebody new.
  expect(await lab.lease(6)).toMatchObject({ ip: '10.0.0.100', router: '10.0.0.1' });
});

it('answers names of hosts and services before anybody has a lease, and invents none', async () => {
  await lab.dhcp.ensure({ ...network, names: [{ name: 'api', address: '10.0.0.1' }] });
  await lab.guest('ip', 'address', 'add', '10.0.0.50/24', 'dev', 'eth0');
  expect(await lab.ask('web')).toEqual(['10.0.0.11']);
  expect(await lab.ask('web.lab.example')).toEqual(['10.0.0.11']);
  expect(await lab.ask('api.lab.example')).toEqual(['10.0.0.1']);
  expect(await lab.ask('nobody.lab.example')).toEqual([]);
  expect(await lab.askNames('10.0.0.11')).toEqual(['web.lab.example']);
  expect(await lab.askNames('10.0.0.12')).toEqual([]);
});

it('does nothing the second time, reloads for hosts, restarts for the rest', async () => {
  await lab.dhcp.ensure(network);
  const pid = await lab.pid();
  expect(await lab.dhcp.ensure(network)).toEqual({ change: 'none' });
  await lab.guest('ip', 'address', 'add', '10.0.0.50/24', 'dev', 'eth0');

  const more = [...(network.hosts ?? []), { mac: '02:00:00:00:00:02', address: '10.0.0.12', hostname: 'db' }];
  expect(await lab.dhcp.ensure({ ...network, hosts: more })).toEqual({ change: 'added' });
  await expect.poll(() => lab.ask('db')).toEqual(['10.0.0.12']);
  expect(await lab.pid()).toBe(pid);

  expect(await lab.dhcp.ensure({ ...network, hosts: [] })).toEqual({ change: 'reloaded' });
  await expect.poll(() => lab.ask('web')).toEqual([]);
  expect(await lab.lease()).toBeUndefined();

  expect(await lab.dhcp.ensure({ ...network, leaseTime: 700 })).toEqual({ change: 'restarted' });
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11', lease: '700' });
});

it('runs as a user of its own, with no more rights than it needs', async () => {
  await lab.dhcp.ensure(network);
  const status = await readFile(`/proc/${await lab.pid()}/status`, 'utf8');
  const rights = BigInt(`0x${/^CapEff:\t(\w+)$/m.exec(status)?.[1]}`);
  const [, user] = /^Uid:\t(\d+)\t/m.exec(status) ?? [];
  // In a user namespace of one id there is no other user (README).
  if ((await readFile('/proc/self/setgroups', 'utf8')).trim() === 'deny') return expect(user).toBe('0');
  expect(user).not.toBe('0');
  // CAP_NET_BIND_SERVICE, CAP_NET_ADMIN and CAP_NET_RAW (capabilities(7)), of which dnsmasq keeps what it needs.
  expect(rights & ~((1n << 10n) | (1n << 12n) | (1n << 13n))).toBe(0n);
});

it('starts again after it was killed, with the leases kept', async () => {
  await lab.dhcp.ensure(network);
  await lab.lease();
  const pid = await lab.pid();
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await lab.dhcp.list())[0]?.running).toBe(false);
  expect(await lab.dhcp.ensure(network)).toEqual({ change: 'started' });
  expect(await lab.pid()).not.toBe(pid);
  expect(await lab.dhcp.leases('lab')).toMatchObject([{ address: '10.0.0.11', mac }]);
});

it('adopts the server that an earlier program left, and is not fooled by a pid that is somebody else', async () => {
  await lab.dhcp.ensure(network);
  const pid = await lab.pid();
  const successor = await lab.open();
  expect(await successor.ensure(network)).toEqual({ change: 'adopted' });
  expect(await successor.ensure(network)).toEqual({ change: 'none' });
  expect(await lab.pid()).toBe(pid);
  await successor.close();

  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await lab.dhcp.list())[0]?.running).toBe(false);
  await writeFile(`${lab.directory}/servers/lab/pid`, `${process.pid}\n`);
  expect(await lab.dhcp.remove('lab')).toBe(true); // and this test lives on
});

it('takes a lease back', async () => {
  await lab.dhcp.ensure(network);
  await lab.lease();
  expect(await lab.dhcp.release('lab', '10.0.0.11')).toBe(true);
  expect(await lab.dhcp.leases('lab')).toEqual([]);
  expect(await lab.dhcp.release('lab', '10.0.0.11')).toBe(false);
});

it('reports what dnsmasq said, and leaves no process', async () => {
  await expect(lab.dhcp.ensure({ ...network, interface: 'nope0' })).rejects.toMatchObject({
    code: 'PLATFORM',
    detail: expect.stringContaining('unknown interface nope0'),
  });
  await expect(
    lab.dhcp.ensure({ ...network, options: [{ option: 'no-such-option', values: ['1'] }] }),
  ).rejects.toMatchObject({
    code: 'PLATFORM',
    detail: expect.stringMatching(/bad dhcp-option|unsupported/i),
  });
  expect((await lab.dhcp.list()).filter(({ running }) => running)).toEqual([]);
});

it('removes its files with the server, or all but the leases', async () => {
  await lab.dhcp.ensure(network);
  await lab.lease();
  expect(await lab.dhcp.remove('lab', { keepLeases: true })).toBe(true);
  expect(await readdir(`${lab.directory}/servers/lab`)).toEqual(['leases']);
  expect(await lab.dhcp.ensure(network)).toEqual({ change: 'started' });
  expect(await lab.dhcp.leases('lab')).toHaveLength(1);
  expect(await lab.dhcp.remove('lab')).toBe(true);
  expect(await readdir(`${lab.directory}/servers`)).toEqual([]);
  expect(await lab.dhcp.remove('lab')).toBe(false);
});

it('says so when dnsmasq is not installed', async () => {
  const without = await lab.open({ binary: '/nonexistent/dnsmasq' });
  await expect(without.ensure(network)).rejects.toMatchObject({
    code: 'MISSING_TOOL',
    hint: expect.stringContaining('dnsmasq-base'),
  });
  await without.close();
});
