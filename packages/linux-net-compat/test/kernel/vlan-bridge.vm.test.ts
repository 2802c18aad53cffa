import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxNet } from '../../src/create-linux-net.js';
import { sh, shown } from './shown.js';

const mac = 'fa:16:3e:aa:bb:cc';
const network = {
  id: 7,
  uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
  bridge: 'br100',
  bridge_interface: 'up0',
  vlan: 100,
  mtu: 1400,
};

const netdev = await createLinuxNetDev();
const net = createLinuxNet({ netdev, binaryName: 'nova-network' });
const driver = new net.LinuxBridgeInterfaceDriver();

/** The IPv4 addresses of a device, and the routes that somebody gave it. */
function layer3(device: string): string[] {
  const lines = (...words: string[]) =>
    sh('ip', ...words)
      .split('\n')
      .map((line) => line.replaceAll(/ linkdown/g, '').trim())
      .filter(Boolean);
  return [
    ...lines('-4', '-oneline', 'address', 'show', 'dev', device).map((line) => line.split(/\s+/)[3] ?? ''),
    ...lines('route', 'show', 'dev', device).filter((line) => !line.includes('proto kernel')),
  ];
}

beforeEach(() => {
  for (const line of [
    'link add up0 address 02:00:5e:10:00:01 type dummy',
    'link set up0 up',
    'address add 192.0.2.10/24 dev up0',
    'route add default via 192.0.2.1 dev up0 metric 50',
  ])
    sh('ip', ...line.split(' '));
});
afterEach(async () => {
  for (const name of ['br100', 'vlan100', 'up0']) await netdev.deleteLink(name);
});
afterAll(() => netdev.close());

describe('a VLAN network', () => {
  it('is plugged on a bridge over a VLAN of its interface, whose layer 3 stays, and unplugged again', async () => {
    const before = layer3('up0');
    for (const _ of [1, 2]) expect(await driver.plug(network, mac)).toBe('br100');
    expect(shown('vlan100')).toMatchObject({
      link: 'up0',
      master: 'br100',
      address: mac,
      mtu: 1400,
      linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 100 } },
    });
    expect(shown('br100')).toMatchObject({
      address: mac,
      linkinfo: { info_kind: 'bridge', info_data: { forward_delay: 0, stp_state: 0 } },
    });
    for (const name of ['br100', 'vlan100']) expect(shown(name).flags).toContain('UP');
    expect(JSON.parse(sh('bridge', '-json', 'link', 'show', 'dev', 'vlan100'))).toMatchObject([
      { ifname: 'vlan100', master: 'br100', state: 'forwarding' },
    ]);
    expect(layer3('up0')).toEqual(before);
    expect(sh('iptables-save', '-t', 'filter')).toContain('-A nova-network-FORWARD -i br100 -j ACCEPT');
    for (const _ of [1, 2]) expect(await driver.unplug(network)).toBe('br100');
    expect([shown('br100'), shown('vlan100')]).toEqual([undefined, undefined]);
    expect(sh('iptables-save', '-t', 'filter')).not.toContain('br100');
    expect(layer3('up0')).toEqual(before);
  });

  it('takes what the VLAN has of layer 3 to its bridge', async () => {
    await driver.ensureVlan(100, 'up0');
    sh(...'ip address add 198.51.100.10/24 dev vlan100'.split(' '));
    sh(...'ip route add 203.0.113.0/24 via 198.51.100.1 dev vlan100 metric 7'.split(' '));
    expect(await driver.ensureVlanBridge(100, 'br100', 'up0')).toBe('vlan100');
    expect(layer3('vlan100')).toEqual([]);
    expect(layer3('br100')).toEqual(['198.51.100.10/24', '203.0.113.0/24 via 198.51.100.1 metric 7']);
  });

  it('is refused where its interface is missing, and leaves nothing', async () => {
    await expect(driver.plug({ ...network, bridge_interface: 'lost0' }, mac)).rejects.toMatchObject({
      code: 'DEVICE_NOT_FOUND',
    });
    expect([shown('br100'), shown('vlan100')]).toEqual([undefined, undefined]);
  });
});

it("a flat network takes its interface's addresses and routes to the bridge", async () => {
  const { vlan: _, ...flat } = network;
  const before = layer3('up0');
  expect(await driver.plug(flat, mac)).toBe('br100');
  expect(shown('up0')).toMatchObject({ master: 'br100' });
  expect(shown('br100')).toMatchObject({ address: '02:00:5e:10:00:01' });
  expect(layer3('up0')).toEqual([]);
  expect(layer3('br100')).toEqual(before);
});
