import { spawnSync } from 'node:child_process';
import { createRunner } from 'netdev-exec';
import { createOpenVSwitch, type OpenVSwitch, type SwitchInterface, type SwitchPort } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ipAll, shownLink, testNamespace } from '../host.js';
import { startUserspaceSwitch, type UserspaceSwitch } from './userspace-switch.js';

const host = testNamespace('ovsswitch');
const guests = [testNamespace('ovsguest1'), testNamespace('ovsguest2')] as const;
const mac = 'fa:16:3e:aa:bb:cc';
const port = { device: 'port1', interfaceId: 'iface-1', mac, instanceId: 'inst-1' };
/** Texts that would be syntax where they were not told as texts. */
const hostile = {
  'a key': '"quoted", {braces}=[x]',
  '--if-exists': '-- del-br br-int',
  'ü\n=,': '\\ \t$(id)',
};

let daemons: UserspaceSwitch;
let ovs: OpenVSwitch;

beforeAll(async () => {
  daemons = await startUserspaceSwitch(host);
  ovs = createOpenVSwitch({
    runner: createRunner(),
    database: daemons.database,
    runFolder: daemons.folder,
  });
  for (const [index, guest] of guests.entries()) {
    ipAll(host, `link add name port${index + 1} type veth peer name eth0 netns ${guest}`);
    ipAll(host, `link set dev port${index + 1} up`);
    ipAll(guest, `link set dev eth0 up\n address add 192.0.2.${index + 1}/24 dev eth0`);
  }
});
afterEach(() => {
  for (const bridge of daemons.vsctl('list-br').split('\n').filter(Boolean)) daemons.vsctl('del-br', bridge);
});
afterAll(() => daemons.stop());

/** What ovs-vsctl tells of a column of a device. */
const shown = (device: string, column: string): string =>
  daemons.vsctl('get', 'Interface', device, column).trim();
const shownFlows = (bridge: string): string[] =>
  daemons
    .ofctl('dump-flows', bridge, '--no-stats')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

async function readPort(name: string): Promise<SwitchPort | undefined> {
  return (await ovs.listBridges()).flatMap(({ ports }) => ports).find((one) => one.name === name);
}

async function readInterface(name: string): Promise<SwitchInterface | undefined> {
  return (await readPort(name))?.interfaces.find((one) => one.name === name);
}

describe('what ours does, ovs-vsctl shows', () => {
  it('bridges', async () => {
    await ovs.addBridge('br-int', { datapathType: 'netdev', failMode: 'secure' });
    expect(daemons.vsctl('list-br').trim()).toBe('br-int');
    expect(daemons.vsctl('get', 'Bridge', 'br-int', 'datapath_type').trim()).toBe('netdev');
    expect(daemons.vsctl('get-fail-mode', 'br-int').trim()).toBe('secure');
    await ovs.addBridge('br-int', { failMode: 'standalone' });
    expect(daemons.vsctl('get-fail-mode', 'br-int').trim()).toBe('standalone');
    await ovs.addBridge('br-int');
    expect(daemons.vsctl('get-fail-mode', 'br-int').trim()).toBe('standalone');
    await ovs.deleteBridge('br-int');
    expect(daemons.vsctl('list-br')).toBe('');
    await ovs.deleteBridge('br-int');
  });

  it('the port of a guest, taken over from another bridge, and taken off', async () => {
    for (const bridge of ['br-one', 'br-two']) await ovs.addBridge(bridge, { datapathType: 'netdev' });
    await ovs.addVifPort('br-one', port);
    expect(daemons.vsctl('port-to-br', 'port1').trim()).toBe('br-one');
    expect(shown('port1', 'external_ids')).toBe(
      `{attached-mac="${mac}", iface-id=iface-1, iface-status=active, vm-uuid=inst-1}`,
    );
    await ovs.addVifPort('br-two', { ...port, instanceId: 'inst-2' });
    expect(daemons.vsctl('port-to-br', 'port1').trim()).toBe('br-two');
    expect(shown('port1', 'external_ids:vm-uuid')).toBe('inst-2');
    await expect(ovs.deletePort('br-one', 'port1')).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('br-one does not have a port port1'),
    });
    await ovs.deletePort('br-two', 'port1');
    await ovs.deletePort('br-two', 'port1');
    expect(daemons.vsctl('list-ports', 'br-two')).toBe('');
  });

  it('a device of its own, which the host has then', async () => {
    await ovs.addBridge('br-int', { datapathType: 'netdev' });
    const ids = { interfaceId: 'gw0', mac };
    await ovs.addInternalPort('br-int', 'gw0', ids);
    await ovs.addInternalPort('br-int', 'gw0', ids);
    expect(shown('gw0', 'type')).toBe('internal');
    expect(shown('gw0', 'external_ids:iface-id')).toBe('gw0');
    expect(shownLink(host, 'gw0')).toMatchObject({ linkinfo: { info_kind: 'tun' } });
    await ovs.deletePort('br-int', 'gw0');
    expect(shownLink(host, 'gw0')).toBeUndefined();
  });

  it('types, and what the switch says of one that it cannot have', async () => {
    await ovs.addBridge('br-int', { datapathType: 'netdev' });
    await ovs.addVifPort('br-int', port);
    for (const type of ['dpdkvhostuser', 'dpdkvhostuserclient'] as const) {
      await ovs.setInterfaceType('port1', type).catch(() => undefined);
      expect(shown('port1', 'type')).toBe(type);
      expect(await readInterface('port1')).toMatchObject({ type, error: expect.stringMatching(/\w/) });
    }
  });

  it('external ids of any text', async () => {
    await ovs.addBridge('br-int', { datapathType: 'netdev' });
    await ovs.addVifPort('br-int', port);
    await ovs.setExternalIds('port1', hostile);
    const json = daemons.vsctl('--format=json', '--columns=external_ids', 'list', 'Interface', 'port1');
    const [, pairs] = JSON.parse(json).data[0][0];
    expect(Object.fromEntries(pairs)).toMatchObject({ ...hostile, 'iface-id': 'iface-1' });
    expect((await readInterface('port1'))?.externalIds).toEqual(Object.fromEntries(pairs));
    expect(daemons.vsctl('list-br').trim()).toBe('br-int');
  });

  it('flows', async () => {
    await ovs.addBridge('br-int', { datapathType: 'netdev' });
    const match = { protocol: 'udp', destinationPort: 67, destinationMac: mac } as const;
    await ovs.addFlow('br-int', { priority: 2, match, action: 'normal' });
    await ovs.addFlow('br-int', { priority: 1, action: 'drop' });
    expect(shownFlows('br-int')).toEqual(
      expect.arrayContaining([
        `priority=2,udp,dl_dst=${mac},tp_dst=67 actions=NORMAL`,
        'priority=1 actions=drop',
      ]),
    );
    await ovs.deleteFlows('br-int', match);
    expect(shownFlows('br-int').join()).not.toContain('udp');
    expect(shownFlows('br-int')).toContain('priority=1 actions=drop');
    await ovs.deleteFlows('br-int');
    expect(shownFlows('br-int')).toEqual([]);
  });
});

describe('what ovs-vsctl does, ours shows', () => {
  it('nothing where there is nothing', async () => {
    expect(await ovs.listBridges()).toEqual([]);
  });

  it('bridges with their ports and devices', async () => {
    daemons.vsctl('add-br', 'br-two', '--', 'set', 'Bridge', 'br-two', 'datapath_type=netdev');
    daemons.vsctl(
      ...['add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=netdev', 'fail_mode=secure'],
      ...['external_ids:bridge-id="b, 1"', '--', 'add-port', 'br-int', 'port1', 'tag=7'],
      ...['--', 'set', 'Port', 'port1', 'vlan_mode=native-tagged', 'trunks=7,8,9', 'external_ids:a=b'],
      ...['--', 'set', 'Interface', 'port1', 'external_ids:iface-id="a \\"b\\""'],
      ...[
        '--',
        'add-port',
        'br-int',
        'up0',
        '--',
        'set',
        'Interface',
        'up0',
        'type=patch',
        'options:peer=down0',
      ],
      ...[
        '--',
        'add-port',
        'br-two',
        'down0',
        '--',
        'set',
        'Interface',
        'down0',
        'type=patch',
        'options:peer=up0',
      ],
    );
    const bridges = await ovs.listBridges();
    expect(bridges.map(({ name }) => name)).toEqual(['br-int', 'br-two']);
    const [first, second] = bridges;
    expect(first).toMatchObject({
      ...{ name: 'br-int', datapathType: 'netdev', failMode: 'secure', externalIds: { 'bridge-id': 'b, 1' } },
    });
    expect(first?.ports.map(({ name }) => name)).toEqual(['br-int', 'port1', 'up0']);
    expect(second?.ports.map(({ name }) => name)).toEqual(['br-two', 'down0']);
    expect(second).not.toHaveProperty('failMode');
    const { ifindex: _, ...link } = shownLink(host, 'port1');
    expect(await readPort('port1')).toEqual({
      ...{ name: 'port1', tag: 7, trunks: [7, 8, 9], vlanMode: 'native-tagged', externalIds: { a: 'b' } },
      interfaces: [
        {
          ...{ name: 'port1', type: 'system', externalIds: { 'iface-id': 'a "b"' }, options: {} },
          openFlowPort: Number(shown('port1', 'ofport')),
          ...{ adminState: 'up', linkState: 'up', mac: link.address, mtu: link.mtu },
        },
      ],
    });
    expect(await readInterface('up0')).toMatchObject({ type: 'patch', options: { peer: 'down0' } });
    expect(await readInterface('br-int')).toMatchObject({ type: 'internal', openFlowPort: 65534 });
    expect(await readPort('up0')).not.toHaveProperty('tag');
  });

  it('the states of a device, and why one could not be had', async () => {
    daemons.vsctl('add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=netdev');
    daemons.vsctl('--no-wait', 'add-port', 'br-int', 'absent0', '--', 'add-port', 'br-int', 'port1');
    ipAll(guests[0], 'link set dev eth0 down');
    await expect.poll(() => readInterface('port1')).toMatchObject({ adminState: 'up', linkState: 'down' });
    ipAll(guests[0], 'link set dev eth0 up');
    await expect.poll(() => readInterface('port1')).toMatchObject({ adminState: 'up', linkState: 'up' });
    await expect
      .poll(() => readInterface('absent0'))
      .toMatchObject({ error: expect.stringContaining('No such device') });
    expect(await readInterface('absent0')).not.toHaveProperty('openFlowPort');
    expect(await readInterface('port1')).not.toHaveProperty('error');
  });

  it('a port with several devices', async () => {
    daemons.vsctl('add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=netdev');
    daemons.vsctl('add-bond', 'br-int', 'bond0', 'port1', 'port2');
    expect((await readPort('bond0'))?.interfaces.map(({ name }) => name)).toEqual(['port1', 'port2']);
  });

  it('flows of any form', async () => {
    daemons.vsctl(
      'add-br',
      'br-int',
      '--',
      'set',
      'Bridge',
      'br-int',
      'datapath_type=netdev',
      'fail_mode=secure',
    );
    for (const flow of [
      'actions=normal',
      'priority=0,actions=drop',
      'cookie=0xffffffffffffffff,table=3,idle_timeout=60,hard_timeout=100,send_flow_rem,priority=9,ip,' +
        'nw_dst=10.0.0.0/8,ct_state=+trk+new,in_port=1,' +
        'actions=mod_vlan_vid:7,ct(commit,zone=1,exec(load:0x1->NXM_NX_CT_MARK[])),output:2',
    ])
      daemons.ofctl('add-flow', 'br-int', flow);
    const flows = await ovs.listFlows('br-int');
    expect(flows).toHaveLength(3);
    expect(flows).toContainEqual(
      expect.objectContaining({ table: 0, priority: 0x8000, cookie: 0n, match: {}, actions: ['NORMAL'] }),
    );
    expect(flows).toContainEqual(expect.objectContaining({ table: 0, priority: 0, actions: ['drop'] }));
    expect(flows.find(({ table }) => table === 3)).toEqual({
      ...{ table: 3, priority: 9, cookie: 0xffff_ffff_ffff_ffffn, packets: 0n, bytes: 0n },
      ...{ idleTimeout: 60, hardTimeout: 100, seconds: expect.any(Number) },
      match: { ip: '', nw_dst: '10.0.0.0/8', ct_state: '+new+trk', in_port: '1' },
      actions: ['mod_vlan_vid:7', 'ct(commit,zone=1,exec(load:0x1->NXM_NX_CT_MARK[]))', 'output:2'],
    });
  });
});

describe('the packets of two guests', () => {
  const ping = (): boolean =>
    spawnSync('ip', ['netns', 'exec', guests[0], 'busybox', 'ping', '-c', '1', '-W', '1', '192.0.2.2'])
      .status === 0;

  it('pass the switch, stop at a flow that drops them, and are counted', async () => {
    await ovs.addBridge('br-int', { datapathType: 'netdev' });
    for (const index of [1, 2]) {
      await ovs.addVifPort('br-int', { ...port, device: `port${index}`, interfaceId: `iface-${index}` });
    }
    expect(ping()).toBe(true);
    await ovs.addFlow('br-int', { priority: 40_000, action: 'drop' });
    expect(ping()).toBe(false);
    const dropping = (await ovs.listFlows('br-int')).find(({ priority }) => priority === 40_000);
    expect(dropping?.actions).toEqual(['drop']);
    await expect
      .poll(async () => (await ovs.listFlows('br-int')).find(({ priority }) => priority === 40_000)?.packets)
      .toBeGreaterThan(0n);
    await ovs.deleteFlows('br-int');
    await ovs.addFlow('br-int', { priority: 1, action: 'normal' });
    expect(ping()).toBe(true);
    await ovs.deletePort('br-int', 'port2');
    expect(ping()).toBe(false);
  });
});

describe('what Open vSwitch refuses', () => {
  it('is said in its words', async () => {
    await expect(ovs.addInternalPort('br-lost', 'gw0', { interfaceId: 'gw0', mac })).rejects.toThrow(
      /no bridge named br-lost/,
    );
    await expect(ovs.listFlows('br-lost')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await expect(ovs.setExternalIds('absent0', { a: 'b' })).rejects.toThrow(/absent0/);
  });

  it('leaves nothing half done, as all of a call is one transaction', async () => {
    daemons.vsctl('add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=netdev');
    await ovs.addVifPort('br-int', port);
    await expect(ovs.addVifPort('br-lost', port)).rejects.toThrow(/br-lost/);
    expect(daemons.vsctl('port-to-br', 'port1').trim()).toBe('br-int');
  });

  it('is not waited for longer than was said', async () => {
    const lost = createOpenVSwitch({
      ...{ runner: createRunner(), timeoutSeconds: 1, database: `unix:${daemons.folder}/absent.sock` },
    });
    await expect(lost.listBridges()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});
