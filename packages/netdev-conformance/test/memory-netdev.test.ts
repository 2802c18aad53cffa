import { InvalidArgumentError, type NetDevDriver, PlatformError, resolve } from 'netdev-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHost, type MemoryHost, registerMemoryHost } from '../src/index.js';

let host: MemoryHost;
let netdev: NetDevDriver;

beforeEach(async () => {
  host = createMemoryHost();
  netdev = await host.netdev();
});

const destinations = async (): Promise<string[]> =>
  (await netdev.listRoutes()).map(({ destination, link, via }) =>
    [destination, via, link].filter(Boolean).join(' '),
  );

describe('a host in memory', () => {
  it('starts with a loopback device that is down, and nothing else', async () => {
    const links = await netdev.listLinks();
    expect(links.map(({ name, kind, index, up, mtu }) => ({ name, kind, index, up, mtu }))).toEqual([
      { name: 'lo', kind: 'loopback', index: 1, up: false, mtu: 65536 },
    ]);
    expect([await netdev.listAddresses(), await netdev.listRoutes({ table: 'all' })]).toEqual([[], []]);
    await expect(netdev.deleteLink('lo')).rejects.toThrow(PlatformError);
  });

  it('shares its state among its drivers, and nothing with another host', async () => {
    await netdev.createLink({ kind: 'bridge', name: 'br0' });
    expect(await (await host.netdev()).linkExists('br0')).toBe(true);
    expect(await (await createMemoryHost().netdev()).linkExists('br0')).toBe(false);
  });

  it('gives the same MAC addresses in every run, each to one device', async () => {
    const macs = async (): Promise<(string | undefined)[]> => {
      const driver = await createMemoryHost().netdev();
      await driver.createNamespace('a');
      await driver.createLink({ kind: 'veth', name: 'v0', peer: { name: 'v1', namespace: { name: 'a' } } });
      await driver.createLink({ kind: 'tap', name: 't0' });
      const there = await driver.inNamespace({ name: 'a' });
      return [...(await driver.listLinks()), await there.getLink('v1')].map(({ mac }) => mac);
    };
    const [first, second] = [await macs(), await macs()];
    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(4);
  });

  it('is found by the plugin lookup once it is registered', async () => {
    registerMemoryHost(host);
    await netdev.createLink({ kind: 'bridge', name: 'br0' });
    const found = await resolve('netdev', 'memory');
    expect(await found.linkExists('br0')).toBe(true);
    expect((await resolve('firewall', 'memory')).name).toBe('firewall-memory');
    expect((await resolve('dhcp', 'memory')).name).toBe('dhcp-memory');
  });

  it('refuses a namespace that is not there', async () => {
    await expect(host.netdev({ namespace: { name: 'none' } })).rejects.toThrow(PlatformError);
    await expect(host.netdev({ namespace: { pid: 1 } })).rejects.toThrow(PlatformError);
    await expect(host.netdev({ namespace: { name: '../x' } })).rejects.toThrow(InvalidArgumentError);
  });
});

describe('routes to connected networks', () => {
  beforeEach(async () => {
    await netdev.createLink({ kind: 'tap', name: 't0' });
    await netdev.ensureAddress({ link: 't0', cidr: '192.0.2.10/24' });
  });

  it('come and go with the device being up', async () => {
    expect(await destinations()).toEqual([]);
    await netdev.updateLink('t0', { up: true });
    expect(await destinations()).toEqual(['192.0.2.0/24 t0']);
    await netdev.ensureRoute({ destination: 'default', via: '192.0.2.1' });
    await netdev.updateLink('t0', { up: false });
    expect(await destinations()).toEqual([]);
    await netdev.updateLink('t0', { up: true });
    expect(await destinations()).toEqual(['192.0.2.0/24 t0']);
  });

  it('come and go with the address', async () => {
    await netdev.updateLink('t0', { up: true });
    await netdev.ensureAddress({ link: 't0', cidr: '2001:db8::1/64' });
    await netdev.ensureAddress({ link: 't0', cidr: '198.51.100.1/32' });
    expect(await destinations()).toEqual(['192.0.2.0/24 t0', '2001:db8::/64 t0']);
    await netdev.deleteAddress('t0', '192.0.2.10/24');
    await netdev.deleteAddress('t0', '2001:db8::1/64');
    expect(await destinations()).toEqual([]);
  });

  it('stay when a secondary goes, and take the secondaries along when the primary goes', async () => {
    await netdev.updateLink('t0', { up: true });
    await netdev.ensureAddress({ link: 't0', cidr: '192.0.2.11/24' });
    await netdev.deleteAddress('t0', '192.0.2.11/24');
    expect(await destinations()).toEqual(['192.0.2.0/24 t0']);
    await netdev.ensureAddress({ link: 't0', cidr: '192.0.2.11/24' });
    await netdev.deleteAddress('t0', '192.0.2.10/24');
    expect([await destinations(), await netdev.listAddresses()]).toEqual([[], []]);
  });
});

describe('a bridge in memory', () => {
  it('takes the lowest address of its ports until it is given one', async () => {
    await netdev.createLink({ kind: 'bridge', name: 'br0' });
    await netdev.createLink({ kind: 'tap', name: 't0', master: 'br0', mac: '06:00:00:00:00:02' });
    expect((await netdev.getLink('br0')).mac).toBe('06:00:00:00:00:02');
    await netdev.createLink({ kind: 'tap', name: 't1', master: 'br0', mac: '06:00:00:00:00:01' });
    expect((await netdev.getLink('br0')).mac).toBe('06:00:00:00:00:01');
    await netdev.deleteLink('t1');
    expect((await netdev.getLink('br0')).mac).toBe('06:00:00:00:00:02');
  });

  it('stays in its namespace', async () => {
    await netdev.createNamespace('a');
    await netdev.createLink({ kind: 'bridge', name: 'br0' });
    await expect(netdev.moveLink('br0', { name: 'a' })).rejects.toThrow(PlatformError);
    expect(await netdev.linkExists('br0')).toBe(true);
  });
});

describe('a vlan in memory', () => {
  it('goes with its parent, and follows its new name', async () => {
    await netdev.createLink({ kind: 'dummy', name: 'd0' });
    await netdev.createLink({ kind: 'vlan', name: 'd0.7', parent: 'd0', vlanId: 7 });
    await netdev.updateLink('d0', { name: 'd1' });
    expect((await netdev.getLink('d0.7')).parent).toBe('d1');
    await netdev.deleteLink('d1');
    expect(await netdev.linkExists('d0.7')).toBe(false);
  });
});
