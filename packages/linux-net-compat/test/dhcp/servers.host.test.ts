import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DhcpLab, fixedIp, macOf, makeDhcpLab, network } from './dhcp-lab.js';

let lab: DhcpLab;
beforeEach(async () => {
  lab = await makeDhcpLab();
});
afterEach(() => lab.close());

const patience = { timeout: 15_000 };

/** Makes the guest another one, by its MAC address. */
async function beGuest(guest: number): Promise<void> {
  await lab.guest('ip', 'link', 'set', 'eth0', 'down');
  await lab.guest('ip', 'link', 'set', 'eth0', 'address', macOf(guest), 'up');
}

async function modes(): Promise<Record<string, string>> {
  const names = (await readdir(lab.networks)).filter((name) => !name.endsWith('.pid'));
  const entries = names.map(async (name) => {
    const { mode } = await stat(join(lab.networks, name));
    return [name, (mode & 0o7777).toString(8)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The rules of the module for a device, of the kernel. */
const rulesFor = async (device: string) =>
  (await lab.host('iptables-save')).split('\n').filter((line) => line.includes(` ${device} `));

/** Has dnsmasq note the events of leases. */
async function noteEvents(): Promise<() => Promise<string[]>> {
  const script = join(lab.folder, 'note');
  const notes = join(lab.folder, 'notes');
  await writeFile(script, `#!/bin/sh\n[ "$1" = init ] || echo "$@" >> ${notes}\n`);
  await chmod(script, 0o755);
  lab.net.conf.dhcpbridge = script;
  return async () => (await readFile(notes, 'utf8').catch(() => '')).split('\n').filter(Boolean);
}

describe('dnsmasq', () => {
  it('serves the fixed addresses, takes one more without a new start, and ends', async () => {
    const { linux_net } = lab.net;
    await linux_net.update_dhcp(null, 'br100', network);
    expect(await lab.lease()).toMatchObject({
      ip: '10.0.0.11',
      subnet: '255.255.255.0',
      router: '10.0.0.1',
      dns: '10.0.0.1',
      domain: 'novalocal',
      hostname: 'guest-1',
      lease: '600',
    });
    const pid = await linux_net._dnsmasq_pid_for('br100');
    expect(await modes()).toEqual({ 'nova-br100.conf': '644', 'nova-br100.opts': '644' });

    lab.fixedIps.push(fixedIp(2));
    await linux_net.update_dhcp(null, 'br100', { ...network, gateway: '10.0.0.254' });
    expect(await linux_net._dnsmasq_pid_for('br100')).toBe(pid);
    await beGuest(2);
    await expect.poll(() => lab.lease(), patience).toMatchObject({ ip: '10.0.0.12', router: '10.0.0.254' });
    expect(await rulesFor('br100')).toEqual([
      '-A lab-POSTROUTING -o br100 -p udp -m udp --dport 68 -j CHECKSUM --checksum-fill',
      '-A lab-INPUT -i br100 -p udp -m udp --dport 67 -j ACCEPT',
      '-A lab-INPUT -i br100 -p tcp -m tcp --dport 67 -j ACCEPT',
      '-A lab-INPUT -i br100 -p udp -m udp --dport 53 -j ACCEPT',
      '-A lab-INPUT -i br100 -p tcp -m tcp --dport 53 -j ACCEPT',
    ]);

    await linux_net.kill_dhcp('br100');
    expect(await rulesFor('br100')).toEqual([]);
    await expect(readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).resolves.toBe('');
    expect(await lab.lease(1)).toBeUndefined();
  });

  it('takes a lease back when its guest goes', async () => {
    const events = await noteEvents();
    await lab.net.updateDhcp('br100', network);
    // -C: no client id, by which dnsmasq would want to know the lease.
    expect(await lab.lease(3, '-C')).toMatchObject({ ip: '10.0.0.11' });
    const words = `${macOf(1)} 10.0.0.11 guest-1`;
    await expect.poll(events, patience).toEqual([`add ${words}`]);
    await lab.net.linux_net.release_dhcp('br100', '10.0.0.11', macOf(1));
    await expect.poll(events, patience).toEqual([`add ${words}`, `del ${words}`]);
    await lab.net.linux_net.release_dhcp('br9', '10.0.0.11', macOf(1));
  });

  it('answers names, of guests on other hosts too', async () => {
    const everywhere = { ...network, multi_host: true };
    lab.fixedIps.push(fixedIp(2));
    await lab.net.updateDhcp('br100', everywhere);
    await lab.net.linux_net.update_dns(null, 'br100', everywhere);
    expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
    const code = `const { Resolver } = require('dns').promises; const r = new Resolver({ timeout: 1000, tries: 2 }); r.setServers(['10.0.0.1']); r.resolve4('guest-2.novalocal').then(console.log)`;
    expect(await lab.guest(process.execPath, '-e', code)).toContain('10.0.0.12');
  });

  it('is started when the pid that it wrote down is another program’s by now, which is left alone', async () => {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      await writeFile(join(lab.networks, 'nova-br100.pid'), `${other.pid}\n`);
      await lab.net.updateDhcp('br100', network);
      expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
      expect(await lab.net.dnsmasqPidFor('br100')).not.toBe(other.pid);
      expect([other.exitCode, other.signalCode]).toEqual([null, null]);
      await writeFile(join(lab.networks, 'nova-br100.pid'), `${other.pid}\n`);
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
  });

  it('says in its own words why it does not start', async () => {
    await expect(lab.net.updateDhcp('br100', { ...network, dhcp_server: '10.0.9.9' })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      stderr: expect.stringContaining('failed to create listening socket for 10.0.9.9'),
    });
  });
});

describe('radvd', () => {
  const addresses = () => lab.guest('ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'global');

  it('advertises a prefix, then another one by a new process', async () => {
    await lab.host('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1');
    await lab.net.linux_net.update_ra(null, 'br100', { cidr_v6: '2001:db8:1::/64' });
    await expect.poll(addresses, { timeout: 25_000 }).toContain('2001:db8:1:');
    const pid = await lab.net.raPidFor('br100');
    expect(await modes()).toEqual({ 'nova-ra-br100.conf': '644' });

    await lab.net.updateRa('br100', { cidr_v6: '2001:db8:2::/64' });
    await expect.poll(addresses, { timeout: 25_000 }).toContain('2001:db8:2:');
    expect(await lab.net.raPidFor('br100')).not.toBe(pid);

    // At once, time and again: the one before is still about to end.
    for (let turn = 0; turn < 10; turn += 1) {
      await lab.net.updateRa('br100', { cidr_v6: `2001:db8:${turn + 3}::/64` });
      const running = await lab.net.raPidFor('br100');
      expect(await readFile(`/proc/${running}/cmdline`, 'utf8')).toContain('nova-ra-br100.conf');
    }
  }, 60_000);
});
