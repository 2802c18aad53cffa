import { createRunner } from 'netdev-exec';
import { createLinuxNetDev, createOpenVSwitch } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLinuxNet } from '../../src/create-linux-net.js';
import { startOpenVSwitch, switchFlows, switchInterface, switchPorts } from './open-vswitch.js';
import { sh, shown } from './shown.js';

const mac = 'fa:16:3e:aa:bb:cc';
const network = { id: 7, uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa', bridge: 'br100', mtu: 1400 };
const device = 'gw-aaaaaaaa-aa';

const netdev = await createLinuxNetDev();
const net = createLinuxNet({ netdev, binaryName: 'nova-network' });

beforeAll(() => startOpenVSwitch());
beforeAll(() => {
  sh('ovs-vsctl', 'add-br', 'br-int');
});
afterEach(() => {
  for (const port of switchPorts('br-int')) sh('ovs-vsctl', 'del-port', 'br-int', port);
});
afterAll(async () => {
  sh('ovs-vsctl', 'del-br', 'br-int');
  await netdev.close();
});

describe('the Open vSwitch interface driver', () => {
  it('makes an internal port that the kernel knows, up, with its address and MTU; again it changes nothing', async () => {
    const driver = new net.LinuxOVSInterfaceDriver();
    expect(await driver.plug(network, mac)).toBe(device);
    expect(shown(device)).toMatchObject({ address: mac, mtu: 1400, linkinfo: { info_kind: 'openvswitch' } });
    expect(shown(device).flags).toContain('UP');
    const port = switchInterface(device);
    expect(port).toMatchObject({
      type: 'internal',
      external_ids: { 'iface-id': device, 'iface-status': 'active', 'attached-mac': mac },
      error: [],
    });
    expect(await driver.plug(network, mac)).toBe(device);
    expect(switchInterface(device)).toEqual(port);
    expect(await driver.unplug(network)).toBe(device);
    expect([shown(device), switchInterface(device)]).toEqual([undefined, undefined]);
    expect(await driver.unplug(network)).toBe(device);
  });

  it('lets in DHCP requests alone where this host is no gateway', async () => {
    await new net.LinuxOVSInterfaceDriver().plug(network, mac, { gateway: false });
    expect(switchFlows('br-int')).toEqual(
      expect.arrayContaining([
        `priority=2,udp,dl_dst=${mac},tp_dst=67 actions=NORMAL`,
        'priority=1 actions=drop',
      ]),
    );
    sh('ovs-ofctl', 'del-flows', 'br-int');
  });

  it('says what Open vSwitch says, and leaves nothing, where the bridge is missing', async () => {
    const lost = createLinuxNet({
      netdev,
      binaryName: 'n',
      conf: { linuxnet_ovs_integration_bridge: 'br-lost' },
    });
    await expect(new lost.LinuxOVSInterfaceDriver().plug(network, mac)).rejects.toThrow(
      /no bridge named br-lost/,
    );
    expect(shown(device)).toBeUndefined();
  });
});

describe('ports of guests', () => {
  const port = { device: 'tap1', interfaceId: 'iface-1', mac, instanceId: 'inst-1' };

  it('are put on a bridge, taken over from another, and taken off with their device', async () => {
    await net.createTapDev('tap1', mac);
    await net.createOvsVifPort('br-int', port);
    const ids = { 'iface-id': 'iface-1', 'iface-status': 'active', 'attached-mac': mac, 'vm-uuid': 'inst-1' };
    expect(switchInterface('tap1')).toMatchObject({ external_ids: ids, error: [] });
    expect(shown('tap1')).toMatchObject({ master: 'ovs-system' });
    await net.createOvsVifPort('br-int', { ...port, instanceId: 'inst-2' });
    expect(switchInterface('tap1')).toMatchObject({ external_ids: { ...ids, 'vm-uuid': 'inst-2' } });
    await net.deleteOvsVifPort('br-int', 'tap1');
    expect([switchInterface('tap1'), shown('tap1')]).toEqual([undefined, undefined]);
  });

  it('of shared memory have that type', async () => {
    await net.createTapDev('vhu1');
    await net.createOvsVifPort('br-int', { ...port, device: 'vhu1' });
    await net.ovsSetVhostuserPortType('vhu1');
    expect(switchInterface('vhu1')).toMatchObject({ type: 'dpdkvhostuser' });
    await net.deleteOvsVifPort('br-int', 'vhu1');
  });

  it('are joined by a pair and a bridge of their own where this host filters', async () => {
    const vif = {
      type: 'ovs',
      id: 'dc065497-3c8d-4f44-8fb4-e1d33c16a536',
      address: mac,
      network: { bridge: 'br-int', meta: { mtu: 1450 } },
      details: { ovs_hybrid_plug: true },
    } as const;
    await net.vif.plug(vif, { instanceId: 'inst-1' });
    const [bridge, inner, outer] = ['qbr', 'qvb', 'qvo'].map((prefix) => `${prefix}dc065497-3c`);
    expect(shown(`${bridge}`)).toMatchObject({
      linkinfo: { info_kind: 'bridge', info_data: { forward_delay: 0, stp_state: 0, mcast_snooping: 0 } },
    });
    expect(shown(`${inner}`)).toMatchObject({ master: bridge, mtu: 1450, link: outer });
    expect(shown(`${outer}`)).toMatchObject({ master: 'ovs-system', mtu: 1450, link: inner });
    for (const name of [bridge, inner, outer]) expect(shown(`${name}`).flags).toContain('UP');
    for (const name of [inner, outer]) expect(shown(`${name}`).flags).toContain('PROMISC');
    expect(switchInterface(`${outer}`)).toMatchObject({
      external_ids: { 'iface-id': vif.id, 'attached-mac': mac, 'vm-uuid': 'inst-1' },
    });
    await net.vif.unplug(vif);
    expect([bridge, inner, outer].map((name) => shown(`${name}`))).toEqual([undefined, undefined, undefined]);
    expect(switchPorts('br-int')).toEqual([]);
  });
});

describe("the objects of a switch with the kernel's datapath", () => {
  it('are what Open vSwitch and the kernel have', async () => {
    const ovs = createOpenVSwitch({ runner: createRunner(), timeoutSeconds: 60 });
    await net.createTapDev('tap1', mac);
    await net.createOvsVifPort('br-int', {
      device: 'tap1',
      interfaceId: 'iface-1',
      mac,
      instanceId: 'inst-1',
    });
    sh('ovs-vsctl', 'set', 'Port', 'tap1', 'tag=7');
    await ovs.addFlow('br-int', { priority: 1, action: 'drop' });
    const bridges = await ovs.listBridges();
    const bridge = bridges.find(({ name }) => name === 'br-int');
    expect(bridge).toMatchObject({ datapathType: 'system' });
    expect(bridge?.ports.map(({ name }) => name)).toEqual(['br-int', 'tap1']);
    expect(bridge?.ports[1]).toMatchObject({
      tag: 7,
      interfaces: [
        {
          ...{ name: 'tap1', type: 'system', mac, mtu: shown('tap1').mtu },
          openFlowPort: switchInterface('tap1')?.ofport,
          externalIds: { 'iface-id': 'iface-1', 'vm-uuid': 'inst-1' },
        },
      ],
    });
    expect(await ovs.listFlows('br-int')).toContainEqual(
      expect.objectContaining({ priority: 1, match: {}, actions: ['drop'] }),
    );
    await ovs.deleteFlows('br-int');
    expect(switchFlows('br-int')).toEqual([]);
    await net.deleteOvsVifPort('br-int', 'tap1');
  });
});
