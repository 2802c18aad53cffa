import { getServers } from 'node:dns';
import { createMemoryHost, registerMemoryHost } from 'netdev-conformance';
import { InvalidArgumentError, UnsupportedError } from 'netdev-core';
import { createDryRunRunner, createMemoryFiles, createMemoryLocks, createRecordingRunner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import type { FixedIp } from '../../src/context.js';
import { createLinuxNet } from '../../src/create-linux-net.js';
import { NetworkDhcpReleaseFailed } from '../../src/dhcp/release-dhcp.js';

const network = {
  id: 7,
  label: 'fake',
  cidr: '10.0.0.0/24',
  netmask: '255.255.255.0',
  gateway: '10.0.0.254',
  dhcp_server: '10.0.0.1',
  dhcp_start: '10.0.0.3',
  dns1: '192.0.2.53',
  multi_host: false,
};
const key = 'linux-net/br100';

function fixedIp(guest: number, more: object = {}): FixedIp {
  return {
    address: `10.0.0.1${guest}`,
    virtual_interface_id: guest,
    virtual_interface: { address: macOf(guest) },
    instance: { hostname: `guest-${guest}` },
    allocated: true,
    ...more,
  };
}
const macOf = (guest: number): string => `02:00:00:00:00:0${guest}`;

async function setUp(conf: Partial<LinuxNetConf> = {}, without: readonly 'dns'[] = []) {
  const host = createMemoryHost();
  const netdev = await host.netdev();
  await netdev.createLink({ kind: 'bridge', name: 'br100' });
  await netdev.ensureAddress({ link: 'br100', cidr: '10.0.0.1/24' });
  const dhcp = await host.dhcp({ without });
  const fixedIps: FixedIp[] = [fixedIp(1)];
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  const files = createMemoryFiles();
  const locks = createMemoryLocks();
  const options = {
    conf: { networks_path: '/n', my_ip: '10.0.0.1', ...conf },
    binaryName: 'test',
    netdev,
    firewall: await host.firewall(),
    runner,
    files,
    locks,
    fixedIps: async ({ host: name }: { host: string | undefined }) =>
      fixedIps.filter((ip) => name === undefined || ip.host === undefined || ip.host === name),
  };
  const net = createLinuxNet({ ...options, dhcp });
  const ask = (guest: number) => host.requestLease(key, macOf(guest), 'mine');
  return { host, dhcp, net, options, fixedIps, ask, runner, files };
}

describe('DHCP by the contract', () => {
  it('hands a fixed address out, and a further one after the next update', async () => {
    const { net, fixedIps, ask, dhcp, runner, files } = await setUp();
    await net.linux_net.update_dhcp(null, 'br100', network);
    expect(ask(1)).toMatchObject({
      address: '10.0.0.11',
      gateway: '10.0.0.254',
      dnsServers: ['10.0.0.1'],
      domain: 'novalocal',
      hostname: 'guest-1',
      leaseTime: 86400,
    });
    expect(ask(2)).toBeUndefined();
    fixedIps.push(fixedIp(2));
    await net.updateDhcp('br100', network);
    expect([ask(1)?.address, ask(2)?.address]).toEqual(['10.0.0.11', '10.0.0.12']);
    expect(await dhcp.list()).toMatchObject([{ key, interface: 'br100', serverAddress: '10.0.0.1' }]);
    expect([runner.commands, await files.list('/n')]).toEqual([[], []]);
  });

  it('tells of the leases as a lease file does', async () => {
    const { net, ask } = await setUp();
    expect(await net.getDhcpLeases(network)).toBe('');
    await net.updateDhcp('br100', network);
    ask(1);
    expect(await net.linux_net.get_dhcp_leases(null, network)).toMatch(
      /^\d+ 02:00:00:00:00:01 10\.0\.0\.11 guest-1 \*$/,
    );
    expect(await net.getDhcpLeases({ ...network, dhcp_server: '10.0.1.1' })).toBe('');
    expect(await net.dnsmasqPidFor('br100')).toBeNull();
  });

  it('takes back the lease of the guest that is meant, and of no other', async () => {
    const { net, ask, dhcp } = await setUp();
    await net.updateDhcp('br100', network);
    ask(1);
    await net.releaseDhcp('br100', '10.0.0.11', macOf(2));
    await net.releaseDhcp('br9', '10.0.0.11', macOf(1));
    expect(await dhcp.leases(key)).toHaveLength(1);
    await net.linux_net.release_dhcp('br100', '10.0.0.11', macOf(1).toUpperCase());
    expect(await dhcp.leases(key)).toEqual([]);
    await dhcp.close();
    await expect(net.releaseDhcp('br100', '10.0.0.11', macOf(1))).rejects.toThrow(NetworkDhcpReleaseFailed);
  });

  it('ends the server, keeps its leases and takes its rules away', async () => {
    const { net, ask, dhcp, host } = await setUp();
    await net.updateDhcp('br100', network);
    ask(1);
    expect(host.firewallRules().join()).toContain('br100');
    await net.killDhcp('br100');
    expect(host.firewallRules()).toEqual([]);
    expect([await dhcp.list(), ask(1)]).toEqual([[], undefined]);
    expect(await dhcp.leases(key)).toHaveLength(1);
    await net.restartDhcp('br100', network, [fixedIp(1)]);
    expect(ask(1)?.address).toBe('10.0.0.11');
    await net.killDhcp('br100');
    await net.killDhcp('br100');
  });

  it('is chosen by a registered name, and not by that of dnsmasq', async () => {
    const { host, options, ask, runner, files } = await setUp();
    registerMemoryHost(host);
    const named = createLinuxNet({ ...options, dhcp: 'memory' });
    await named.updateDhcp('br100', network);
    expect([ask(1)?.address, runner.commands]).toEqual(['10.0.0.11', []]);
    await named.killDhcp('br100');
    for (const dhcp of ['dhcp-dnsmasq', 'auto', undefined]) {
      const original = createLinuxNet({ ...options, ...(dhcp === undefined ? {} : { dhcp }) });
      await original.updateDhcp('br100', network);
      expect(runner.commands.at(-1)?.argv).toContain('dnsmasq');
      await files.remove('/n/nova-br100.conf');
    }
  });

  it('does nothing to the server with fake_network', async () => {
    const { net, dhcp } = await setUp({ fake_network: true });
    await net.updateDhcp('br100', network);
    expect(await dhcp.list()).toEqual([]);
  });
});

describe('names by the contract', () => {
  const everywhere = { ...network, multi_host: true };
  const elsewhere = fixedIp(3, { host: 'other', instance: { hostname: 'Far' } });

  it('are those of the guests on all hosts, where every host serves its own', async () => {
    const { net, host, fixedIps, ask } = await setUp({ host: 'here' });
    fixedIps.push(elsewhere);
    await net.linux_net.update_dns(null, 'br100', everywhere);
    expect(host.resolveName(key, 'far.novalocal')).toBe('10.0.0.13');
    expect(host.resolveName(key, 'guest-1.novalocal')).toBe('10.0.0.11');
    expect([ask(1)?.gateway, ask(3)]).toEqual(['10.0.0.1', undefined]);
    await net.updateDhcp('br100', everywhere);
    expect(host.resolveName(key, 'far.novalocal')).toBe('10.0.0.13');
  });

  it('are not to be had of a driver without DNS; leases are', async () => {
    const { net, fixedIps, ask } = await setUp({ host: 'here' }, ['dns']);
    fixedIps.push(elsewhere);
    await net.updateDhcp('br100', everywhere);
    expect(ask(1)?.address).toBe('10.0.0.11');
    await expect(net.updateDns('br100', everywhere)).rejects.toThrow(UnsupportedError);
  });
});

describe('what a driver is asked to serve', () => {
  async function servedWith(conf: Partial<LinuxNetConf>, fixedIps: FixedIp[], more: object = {}) {
    const { options, dhcp } = await setUp(conf);
    const asked: unknown[] = [];
    const noting = {
      ...dhcp,
      ensure: async (given: Parameters<typeof dhcp.ensure>[0]) => {
        asked.push(given);
        return dhcp.ensure(given);
      },
    };
    const net = createLinuxNet({ ...options, dhcp: noting });
    await net.restartDhcp('br100', { ...network, ...more }, fixedIps);
    return asked[0];
  }

  it('asks the host’s own servers for names of elsewhere unless others are named', async () => {
    const own = getServers().filter((server) => /^[\d.]+$|^[^[%]*:[^[%]*$/.test(server));
    expect(await servedWith({}, [])).toMatchObject({ upstreamServers: own });
    expect(await servedWith({ dns_server: ['192.0.2.1'], use_network_dns_servers: true }, [])).toMatchObject({
      upstreamServers: ['192.0.2.1', '192.0.2.53'],
    });
  });

  it('has a router for each guest with a default route of its own, and none for the others', async () => {
    const guests = [fixedIp(1, { default_route: true }), fixedIp(2, { default_route: false })];
    expect(await servedWith({ use_single_default_gateway: true }, guests)).toMatchObject({
      gateway: null,
      hosts: [
        { address: '10.0.0.11', options: [{ option: 3, values: ['10.0.0.254'] }] },
        { address: '10.0.0.12', mac: macOf(2), hostname: 'guest-2' },
      ],
    });
    expect(await servedWith({ dhcp_domain: '' }, guests, { gateway: null })).toMatchObject({ gateway: null });
  });

  it('has an address a MAC address and a name a guest, the first one each', async () => {
    const guests = [
      fixedIp(1, { allocated: false }),
      fixedIp(2, { instance: { hostname: 'Same' } }),
      fixedIp(3, { instance: { hostname: 'same' } }),
      fixedIp(4, { virtual_interface: { address: macOf(2) } }),
      fixedIp(5, { instance: { hostname: 'x'.repeat(80) } }),
      fixedIp(6, { instance: {} }),
    ];
    const served = (await servedWith({}, guests)) as { hosts: unknown[] };
    expect(served.hosts).toEqual([
      { mac: macOf(2), address: '10.0.0.12', hostname: 'same' },
      { mac: macOf(3), address: '10.0.0.13' },
      { mac: macOf(5), address: '10.0.0.15', hostname: `xx-${'x'.repeat(60)}` },
      { mac: macOf(6), address: '10.0.0.16' },
    ]);
  });

  it.each([
    ['conf.dhcp_lease_time', { dhcp_lease_time: 60 }, {}],
    ['network.cidr', {}, { cidr: '10.0.0.0/33' }],
    ['network.dhcp_server', {}, { dhcp_server: 'x' }],
    ['gateway', {}, { gateway: '10.9.0.1' }],
  ])('is refused for its %s', async (field, conf, more) => {
    await expect(servedWith(conf, [fixedIp(1)], more)).rejects.toMatchObject({ field });
  });

  it('is no text of dnsmasq', async () => {
    const { net } = await setUp();
    await expect(net.updateDhcpHostfileWithText('br100', 'x')).rejects.toThrow(UnsupportedError);
    await expect(net.killDhcp('br 100')).rejects.toThrow(InvalidArgumentError);
  });
});
