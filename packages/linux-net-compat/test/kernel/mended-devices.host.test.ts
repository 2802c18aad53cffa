import { execFileSync } from 'node:child_process';
import type { NetDevDriver } from 'netdev-core';
import { createDryRunRunner, createRecordingRunner } from 'netdev-exec';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createLinuxNet } from '../../src/create-linux-net.js';

const namespace = 'mended';
const mac = 'fa:16:3e:aa:bb:cc';
let driver: NetDevDriver;

/** Command lines of iproute2 in the namespace, one a line; answers what the last one printed. */
function ip(script: string): string {
  let printed = '';
  for (const line of script.split('\n').map((each) => each.trim()))
    if (line !== '')
      printed = execFileSync('ip', ['-n', namespace, ...line.split(' ')], { encoding: 'utf8' });
  return printed;
}

function inside(...words: string[]): string {
  return execFileSync('ip', ['netns', 'exec', namespace, ...words], { encoding: 'utf8' }).trim();
}

/** Addresses and routes, without what runs down. */
function layer3(): string[] {
  return [ip('address show scope global'), ip('route show table all'), ip('-6 route show')]
    .join('\n')
    .split('\n')
    .filter(
      (line) =>
        /inet6? |via| dev /.test(line) && !/^(local|broadcast|multicast|anycast|fe80|ff00)/.test(line),
    )
    .map((line) => line.replaceAll(/ expires \d+sec| linkdown/g, '').trim())
    .sort();
}

function make(conf: Partial<LinuxNetConf> = {}) {
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  const net = createLinuxNet({ conf, binaryName: 'nova', netdev: driver, runner });
  return { net, programs: () => runner.commands.map(({ argv }) => argv[0]) };
}

beforeAll(async () => {
  execFileSync('ip', ['netns', 'add', namespace]);
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(async () => {
  await driver.close();
  execFileSync('ip', ['netns', 'delete', namespace]);
});
beforeEach(() => {
  inside('sysctl', '-qw', 'net.ipv4.ip_forward=0');
  ip(`link add eth0 type veth peer name far
    link set far up
    link set eth0 up
    address add 192.168.0.5/24 brd 192.168.0.255 dev eth0
    address add 192.168.0.6/24 brd 192.168.0.255 dev eth0 label eth0:1 valid_lft 3600 preferred_lft 3600
    address add 10.9.9.1 peer 10.9.9.2/32 dev eth0
    address add 172.16.0.1/16 dev eth0 noprefixroute
    address add 2001:db8::5/64 dev eth0 nodad
    route add default via 192.168.0.254 dev eth0 metric 100
    route add default via 192.168.0.253 dev eth0 metric 200 proto dhcp
    route add 10.20.0.0/16 via 192.168.0.250 dev eth0 src 192.168.0.6
    route add 10.30.0.0/16 via 10.99.0.1 dev eth0 onlink mtu 1400
    route add 169.254.0.0/16 dev eth0 metric 1000
    route add 10.40.0.0/16 via 192.168.0.250 dev eth0 table 42
    route add 2001:db8:1::/48 via 2001:db8::1 dev eth0`);
});
afterEach(async () => {
  for (const { name, kind } of await driver.listLinks())
    if (kind !== 'loopback') await driver.deleteLink(name);
});

describe('a gateway device', () => {
  const network = {
    dhcp_server: '10.0.0.1',
    cidr: '10.0.0.0/24',
    broadcast: '10.0.0.255',
    cidr_v6: '2001:db8:2::1/64',
  };

  it('has the address first, and all else as it was', async () => {
    const before = layer3();
    await make().net.initializeGatewayDevice('eth0', network);
    expect(inside('ip', '-4', '-br', 'address', 'show', 'dev', 'eth0')).toMatch(
      / 10\.0\.0\.1\/24 192\.168\.0\.5\/24/,
    );
    const added = [
      'inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0',
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1',
    ];
    expect(layer3()).toEqual([...before, ...added].sort());
    expect(inside('sysctl', '-n', 'net.ipv4.ip_forward')).toBe('1');
  });

  it('is as it was when the last step fails', async () => {
    const before = layer3();
    ip('address del 2001:db8::5/64 dev eth0');
    inside('sysctl', '-qw', 'net.ipv6.conf.eth0.disable_ipv6=1');
    const ipv4 = before.filter((line) => !line.includes('2001:db8'));
    await expect(make({ use_ipv6: true }).net.initializeGatewayDevice('eth0', network)).rejects.toThrow(
      /2001:db8:2::1/,
    );
    expect(layer3()).toEqual(ipv4);
    expect(inside('sysctl', '-n', 'net.ipv4.ip_forward')).toBe('0');
  });
});

describe('a bridge over an interface', () => {
  const network = { bridge: 'br100', bridge_interface: 'eth0' };

  it('has its addresses and routes, of both families and all tables', async () => {
    const before = layer3();
    await make().net.plug(network, mac);
    expect(layer3()).toEqual(before.map((line) => line.replaceAll(/eth0(:1)?/g, 'br100$1')).sort());
  });

  it('keeps its MAC address when a guest with a lower one comes', async () => {
    const [own] = JSON.parse(ip('-json link show eth0'));
    await make().net.plug(network, mac);
    ip('tuntap add tap1 mode tap\nlink set tap1 address 02:00:00:00:00:01\nlink set tap1 master br100');
    const [bridge] = JSON.parse(ip('-json link show br100'));
    expect(bridge.address).toBe(own.address);
  });

  it('is not there when the routes of the interface cannot move, and they stay', async () => {
    ip('nexthop add id 7 via 192.168.0.250 dev eth0\nroute add 10.50.0.0/16 nhid 7');
    const before = layer3();
    await expect(make().net.plug(network, mac)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(layer3()).toEqual(before);
    expect(JSON.parse(ip('-json link show eth0'))[0].master).toBeUndefined();
    expect(await driver.linkExists('br100')).toBe(false);
  });
});

describe("a guest's interface", () => {
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  const guest = { instanceId: 'aaaaaaaa-0000-0000-0000-000000000001' };
  const vif = { type: 'ovs', id, address: mac, network: { bridge: 'br-int' } } as const;

  it('is on a bridge of its own, from which frames reach the switch', async () => {
    const { net, programs } = make();
    const hybrid = { ...vif, details: { ovs_hybrid_plug: true } };
    await net.vif.plug(hybrid, guest);
    const [bridge] = JSON.parse(ip('-json -details link show qbr01234567-89'));
    expect(bridge.linkinfo.info_data).toMatchObject({ forward_delay: 0, stp_state: 0, mcast_snooping: 0 });
    expect(bridge.flags).toContain('UP');
    // The bridge itself speaks in the guest's place.
    ip('address add 10.7.0.1/24 dev qbr01234567-89');
    const received = () => Number(inside('cat', '/sys/class/net/qvo01234567-89/statistics/rx_packets'));
    const before = received();
    inside('arping', '-U', '-c', '1', '-I', 'qbr01234567-89', '10.7.0.1');
    expect(received()).toBeGreaterThan(before);
    expect(programs()).toEqual(['ovs-vsctl']);
    await net.vif.unplug(hybrid);
    expect((await driver.listLinks()).map(({ name }) => name)).not.toContain('qvb01234567-89');
    expect(await driver.linkExists('qbr01234567-89')).toBe(false);
  });

  it('is a tap with several queues that a hypervisor can open', async () => {
    const { net } = make({ network_device_mtu: 1400 });
    const details = { mac_address: '02:00:00:00:00:09' };
    await net.vif.plug({ ...vif, type: 'tap', devname: 'tap7', details }, { ...guest, multiqueue: true });
    const [tap] = JSON.parse(ip('-json -details link show tap7'));
    expect(tap).toMatchObject({ address: '02:00:00:00:00:09', mtu: 1400 });
    expect(tap.linkinfo.info_data).toMatchObject({ type: 'tap', multi_queue: true, persist: true });
    await net.vif.unplug({ ...vif, type: 'tap', devname: 'tap7' });
    expect(await driver.linkExists('tap7')).toBe(false);
  });
});
