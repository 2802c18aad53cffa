import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDnsmasq } from 'dhcp-dnsmasq';
import type { DhcpDriver, DhcpNetwork } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';

const run = promisify(execFile);
let made = 0;
let space: string;
let guest: string;
let directory: string;
let dhcp: DhcpDriver;

const at = async (where: string, ...argv: string[]): Promise<string> =>
  (await run('ip', ['netns', 'exec', where, ...argv])).stdout;
const mac = '02:00:00:00:00:01';
const network: DhcpNetwork = {
  key: 'lab',
  interface: 'br0',
  network: '10.0.0.0/24',
  serverAddress: '10.0.0.1',
  domain: 'lab.example',
  leaseTime: 600,
  hosts: [{ mac, address: '10.0.0.11', hostname: 'web' }],
};

/** What a real client is told; `undefined` when nobody answers within its tries, a second each. */
async function lease(tries = 2): Promise<Record<string, string> | undefined> {
  const script = join(directory, 'client.sh');
  const seen = join(directory, 'seen');
  await rm(seen, { force: true });
  await writeFile(
    script,
    `#!/bin/sh\n[ "$1" = bound ] || exit 0\nip addr flush dev eth0 scope global\nip addr add "$ip/$mask" dev eth0\nenv > ${seen}\n`,
  );
  await chmod(script, 0o755);
  await at(
    guest,
    'busybox',
    'udhcpc',
    '-i',
    'eth0',
    '-f',
    '-n',
    '-q',
    '-t',
    String(tries),
    '-T',
    '1',
    '-s',
    script,
    '-O',
    'mtu',
    '-O',
    'ntpsrv',
  ).catch(() => '');
  const text = await readFile(seen, 'utf8').catch(() => undefined);
  return text === undefined
    ? undefined
    : Object.fromEntries(text.split('\n').map((line) => line.split('=') as [string, string]));
}

/** The addresses that the server gives for a name. */
async function ask(name: string): Promise<string[]> {
  const code = `const { Resolver } = require('dns').promises; const r = new Resolver({ timeout: 1000, tries: 1 }); r.setServers(['10.0.0.1']); r.resolve4('${name}').then((a) => console.log(a.join(' ')), () => {})`;
  return (await at(guest, process.execPath, '-e', code)).split(/\s+/).filter(Boolean);
}

async function pidOf(key = 'lab'): Promise<number> {
  const pid = (await dhcp.list()).find((status) => status.key === key)?.pid;
  expect(pid).toBeDefined();
  return pid as number;
}

const open = (): Promise<DhcpDriver> =>
  createDnsmasq({ namespace: { name: space }, directory: `${directory}/servers` });

beforeEach(async () => {
  made += 1;
  space = `dm${process.pid}x${made}`;
  guest = `${space}g`;
  // In the sandbox's /run, where dnsmasq can read it as the user that it changes to.
  directory = await mkdtemp('/run/dnsmasq-test-');
  await chmod(directory, 0o755);
  for (const name of [space, guest]) await run('ip', ['netns', 'add', name]);
  await at(space, 'ip', 'link', 'set', 'lo', 'up');
  await at(space, 'ip', 'link', 'add', 'name', 'br0', 'type', 'bridge', 'forward_delay', '0');
  await at(space, 'ip', 'link', 'set', 'br0', 'up');
  await at(space, 'ip', 'address', 'add', '10.0.0.1/24', 'dev', 'br0');
  await at(
    space,
    'ip',
    'link',
    'add',
    'name',
    'p0',
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'address',
    mac,
    'netns',
    guest,
  );
  await at(space, 'ip', 'link', 'set', 'p0', 'master', 'br0', 'up');
  await at(guest, 'ip', 'link', 'set', 'eth0', 'up');
  dhcp = await open();
});

afterEach(async () => {
  for (const { key } of await dhcp.list()) await dhcp.remove(key);
  await dhcp.close();
  for (const name of [guest, space]) await run('ip', ['netns', 'delete', name]);
  await rm(directory, { recursive: true });
});

it('gives a host its address, gateway, DNS server, lease time and options, and nobody else anything', async () => {
  expect(
    await dhcp.ensure({
      ...network,
      mtu: 1400,
      options: [{ option: 42, values: ['10.0.0.9'] }],
    }),
  ).toEqual({ change: 'started' });
  expect(await lease()).toMatchObject({
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
  expect(await dhcp.leases('lab')).toMatchObject([
    { address: '10.0.0.11', mac, hostname: 'web', expires: expect.any(Date) },
  ]);
  await at(guest, 'ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:99');
  expect(await lease()).toBeUndefined();
});

it('gives anybody an address of the range, and a host its own options over those of the network', async () => {
  await dhcp.ensure({
    ...network,
    range: { first: '10.0.0.100', last: '10.0.0.100' },
    hosts: [{ mac, address: '10.0.0.11', options: [{ option: 'router', values: ['10.0.0.254'] }] }],
  });
  expect(await lease()).toMatchObject({ ip: '10.0.0.11', router: '10.0.0.254' });
  await at(guest, 'ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:99');
  // dnsmasq pings an address for three seconds before it offers it to somebody new.
  expect(await lease(6)).toMatchObject({ ip: '10.0.0.100', router: '10.0.0.1' });
});

it('answers names of hosts and services before anybody has a lease, and invents none', async () => {
  await dhcp.ensure({ ...network, names: [{ name: 'api', address: '10.0.0.1' }] });
  await at(guest, 'ip', 'address', 'add', '10.0.0.50/24', 'dev', 'eth0');
  expect(await ask('web')).toEqual(['10.0.0.11']);
  expect(await ask('web.lab.example')).toEqual(['10.0.0.11']);
  expect(await ask('api.lab.example')).toEqual(['10.0.0.1']);
  expect(await ask('nobody.lab.example')).toEqual([]);
});

it('does nothing the second time, reloads for hosts, restarts for the rest', async () => {
  await dhcp.ensure(network);
  const pid = await pidOf();
  expect(await dhcp.ensure(network)).toEqual({ change: 'none' });
  await at(guest, 'ip', 'address', 'add', '10.0.0.50/24', 'dev', 'eth0');

  const more = [...(network.hosts ?? []), { mac: '02:00:00:00:00:02', address: '10.0.0.12', hostname: 'db' }];
  expect(await dhcp.ensure({ ...network, hosts: more })).toEqual({ change: 'reloaded' });
  await expect.poll(() => ask('db')).toEqual(['10.0.0.12']);
  expect(await pidOf()).toBe(pid);

  expect(await dhcp.ensure({ ...network, hosts: [] })).toEqual({ change: 'reloaded' });
  await expect.poll(() => ask('web')).toEqual([]);
  expect(await lease()).toBeUndefined();

  expect(await dhcp.ensure({ ...network, leaseTime: 700 })).toEqual({ change: 'restarted' });
  expect(await lease()).toMatchObject({ ip: '10.0.0.11', lease: '700' });
});

it('starts again after it was killed, with the leases kept', async () => {
  await dhcp.ensure(network);
  await lease();
  const pid = await pidOf();
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await dhcp.list())[0]?.running).toBe(false);
  expect(await dhcp.ensure(network)).toEqual({ change: 'started' });
  expect(await pidOf()).not.toBe(pid);
  expect(await dhcp.leases('lab')).toMatchObject([{ address: '10.0.0.11', mac }]);
});

it('adopts the server that an earlier program left, and is not fooled by a pid that is somebody else', async () => {
  await dhcp.ensure(network);
  const pid = await pidOf();
  const successor = await open();
  expect(await successor.ensure(network)).toEqual({ change: 'adopted' });
  expect(await successor.ensure(network)).toEqual({ change: 'none' });
  expect(await pidOf()).toBe(pid);
  await successor.close();

  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await dhcp.list())[0]?.running).toBe(false);
  await writeFile(`${directory}/servers/lab/pid`, `${process.pid}\n`);
  expect(await dhcp.remove('lab')).toBe(true); // and this test lives on
});

it('takes a lease back', async () => {
  await dhcp.ensure(network);
  await lease();
  expect(await dhcp.release('lab', '10.0.0.11')).toBe(true);
  expect(await dhcp.leases('lab')).toEqual([]);
  expect(await dhcp.release('lab', '10.0.0.11')).toBe(false);
});

it('reports what dnsmasq said, and leaves no process', async () => {
  await expect(dhcp.ensure({ ...network, interface: 'nope0' })).rejects.toMatchObject({
    code: 'PLATFORM',
    detail: expect.stringContaining('unknown interface nope0'),
  });
  await expect(
    dhcp.ensure({ ...network, options: [{ option: 'no-such-option', values: ['1'] }] }),
  ).rejects.toMatchObject({
    code: 'PLATFORM',
    detail: expect.stringMatching(/bad dhcp-option|unsupported/i),
  });
  expect((await dhcp.list()).filter(({ running }) => running)).toEqual([]);
});

it('removes its files with the server, or all but the leases', async () => {
  await dhcp.ensure(network);
  await lease();
  expect(await dhcp.remove('lab', { keepLeases: true })).toBe(true);
  expect(await readdir(`${directory}/servers/lab`)).toEqual(['leases']);
  expect(await dhcp.ensure(network)).toEqual({ change: 'started' });
  expect(await dhcp.leases('lab')).toHaveLength(1);
  expect(await dhcp.remove('lab')).toBe(true);
  expect(await readdir(`${directory}/servers`)).toEqual([]);
  expect(await dhcp.remove('lab')).toBe(false);
});

it('says so when dnsmasq is not installed', async () => {
  const without = await createDnsmasq({
    namespace: { name: space },
    directory: `${directory}/servers`,
    binary: '/nonexistent/dnsmasq',
  });
  await expect(without.ensure(network)).rejects.toMatchObject({
    code: 'MISSING_TOOL',
    hint: expect.stringContaining('dnsmasq-base'),
  });
  await without.close();
});
