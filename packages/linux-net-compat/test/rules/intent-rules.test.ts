import { createMemoryHost } from 'netdev-conformance';
import { CONTRACT_VERSION, type Intent, register } from 'netdev-core';
import { createDryRunRunner, createRecordingRunner } from 'netdev-exec';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createLinuxNet } from '../../src/create-linux-net.js';

const plain: Partial<LinuxNetConf> = { my_ip: '192.0.2.1', public_interface: 'eth0' };
const network = { bridge: 'br100', cidr: '10.0.0.0/24' };

/** An instance on a firewall that knows nothing of iptables. */
async function instance(conf: Partial<LinuxNetConf> = {}) {
  const host = createMemoryHost();
  const firewall = await host.firewall();
  const netdev = await host.netdev();
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  const net = createLinuxNet({ conf: { ...plain, ...conf }, firewall, netdev, runner, binaryName: 'nova' });
  const groups = async (): Promise<Record<string, readonly Intent[]>> =>
    Object.fromEntries((await firewall.list()).map(({ key, intents }) => [key, intents]));
  return { net, firewall, netdev, runner, groups };
}

describe('the functions for networks on a firewall without raw tables', () => {
  it('init_host: translation with its exceptions', async () => {
    const { net, groups, firewall } = await instance({ dmz_cidr: ['10.9.0.0/16'] });
    await net.linux_net.init_host('10.0.0.0/24');
    expect(await groups()).toEqual({
      'snat/10.0.0.0/24': [{ kind: 'source-nat', source: '10.0.0.0/24', interface: 'eth0', to: '192.0.2.1' }],
      'host/10.0.0.0/24': ['192.0.2.1/32', '10.9.0.0/16', '10.0.0.0/24'].map((destination) => ({
        kind: 'no-nat',
        source: '10.0.0.0/24',
        destination,
      })),
    });
    expect((await firewall.status()).map(({ rules }) => rules)).toEqual([3, 1]);
  });

  it('init_host of an external network: only what goes to force_snat_range', async () => {
    const { net, groups } = await instance({ force_snat_range: ['172.16.0.0/12'] });
    await net.linux_net.init_host('10.0.0.0/24', true);
    expect((await groups())['snat/10.0.0.0/24']).toEqual([
      { kind: 'source-nat', source: '10.0.0.0/24', destination: '172.16.0.0/12', to: '192.0.2.1' },
    ]);
  });

  it('the metadata service, elsewhere and on this host', async () => {
    const { net, groups } = await instance({ metadata_host: '198.51.100.9', metadata_port: 80 });
    await net.metadataForward();
    await net.metadataAccept();
    expect(await groups()).toEqual({
      'metadata/forward': [
        {
          kind: 'redirect',
          protocol: 'tcp',
          address: '169.254.169.254',
          port: 80,
          toAddress: '198.51.100.9',
          toPort: 80,
        },
      ],
      'metadata/accept': [
        { kind: 'accept-input', protocol: 'tcp', ports: 80, destination: '198.51.100.9/32' },
      ],
    });
    const here = await instance({ metadata_host: '127.0.0.1' });
    await here.net.metadataForward();
    await here.net.metadataAccept();
    expect(await here.groups()).toMatchObject({
      'metadata/forward': [{ toAddress: '192.0.2.1' }],
      'metadata/accept': [{ kind: 'accept-input', protocol: 'tcp', ports: 8775 }],
    });
  });

  it('floating addresses and VPN ports come, move and go', async () => {
    const { net, groups } = await instance();
    await net.ensureFloatingForward('203.0.113.7', '10.0.0.3', 'eth1', network);
    await net.ensureFloatingForward('203.0.113.7', '10.0.0.4', null, network);
    await net.ensureVpnForward('203.0.113.1', '1000', '10.0.0.2');
    expect(await groups()).toEqual({
      'floating/203.0.113.7': [
        { kind: 'floating-address', floating: '203.0.113.7', fixed: '10.0.0.4', hairpin: '10.0.0.0/24' },
      ],
      'vpn/203.0.113.1/1000': [
        {
          kind: 'port-forward',
          address: '203.0.113.1',
          protocol: 'udp',
          port: 1000,
          toAddress: '10.0.0.2',
          toPort: 1194,
        },
      ],
    });
    await net.removeFloatingForward('203.0.113.7', '10.0.0.4', null, network);
    expect(Object.keys(await groups())).toEqual(['vpn/203.0.113.1/1000']);
  });

  it('DHCP and DNS from a device, and the isolation of its address', async () => {
    const { net, groups } = await instance();
    await net.addDnsmasqAcceptRules('br100');
    await net.isolateDhcpAddress('eth1', '10.0.0.1');
    expect(await groups()).toMatchObject({
      'dnsmasq/br100': [67, 67, 53, 53].map((ports) => ({ kind: 'accept-input', interface: 'br100', ports })),
      'isolate/eth1': [{ kind: 'isolate-address', interface: 'eth1', address: '10.0.0.1' }],
    });
    await net.removeDnsmasqAcceptRules('br100');
    await net.removeIsolateDhcpAddress('eth1', '10.0.0.1');
    expect(await groups()).toEqual({});
  });

  it.each([
    [{}, true, { policy: 'open' }],
    [{ forward_bridge_interface: ['eth1', 'eth2'] }, true, { policy: 'open', interfaces: ['eth1', 'eth2'] }],
    [{ forward_bridge_interface: [''] }, true, { policy: 'closed' }],
    [{}, false, { policy: 'closed' }],
  ] as const)('a bridge with %o, gateway: %s, is forwarded as %o', async (conf, gateway, policy) => {
    const { net, netdev, groups } = await instance(conf as Partial<LinuxNetConf>);
    await netdev.createLink({ kind: 'dummy', name: 'eth1' });
    const driver = new net.LinuxBridgeInterfaceDriver();
    await driver.plug({ bridge: 'br100', bridge_interface: 'eth1' }, '02:00:00:00:00:01', { gateway });
    expect((await groups())['forward/br100']).toEqual([
      { kind: 'forward-policy', bridge: 'br100', ...policy },
    ]);
    await driver.unplug({ bridge: 'br100', bridge_interface: 'eth1' }, { gateway });
    expect(await groups()).toEqual({});
  });

  it('fake_network touches nothing', async () => {
    const { net, groups } = await instance({ fake_network: true });
    await net.initHost('10.0.0.0/24');
    await net.ensureFloatingForward('203.0.113.7', '10.0.0.3', 'eth1', network);
    await net.removeFloatingForward('203.0.113.7', '10.0.0.3', 'eth1', network);
    expect(await groups()).toEqual({});
  });

  it('nothing of iptables or ebtables runs, and what is raw says so', async () => {
    const { net, runner } = await instance();
    await net.initHost('10.0.0.0/24');
    await net.ensureFloatingForward('203.0.113.7', '10.0.0.3', 'eth1', network);
    expect(runner.commands).toEqual([]);
    const raw: (() => unknown)[] = [
      () => net.iptablesManager.ipv4,
      () => net.linux_net.iptables_manager.ipv4.filter.add_rule('INPUT', '-j DROP'),
      () => net.linux_net.iptables_manager.dirty(),
    ];
    for (const use of raw) expect(use).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
    await expect(net.linux_net.iptables_manager.apply()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(net.ensureEbtablesRules(['INPUT -j DROP'])).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});

describe('a firewall by its name', () => {
  const made: unknown[] = [];
  beforeEach(() => {
    made.length = 0;
  });

  it('is made on first use, for the binary name', async () => {
    register('firewall', 'acme-firewall', {
      contract: CONTRACT_VERSION,
      create: async (options) => {
        made.push(options);
        return createMemoryHost().firewall();
      },
    });
    const net = createLinuxNet({ firewall: 'acme-firewall', binaryName: 'nova.api', conf: plain });
    expect(made).toEqual([]);
    await net.metadataAccept();
    await net.metadataForward();
    expect(made).toEqual([{ owner: 'nova_api' }]);
  });

  it('that nobody has is said when it is needed', async () => {
    const net = createLinuxNet({ firewall: 'no-such-firewall', conf: plain });
    await expect(net.metadataAccept()).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
  });
});
