import { CommandError } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { AgentError, createLinuxNet, type Vif } from '../../src/index.js';
import { driversHost, modes } from '../drivers/drivers-host.js';
import { failingNetdev } from '../support/failing-netdev.js';

const id = '01234567-89ab-cdef-0123-456789abcdef';
const address = 'fa:16:3e:00:00:07';
const guest = { instanceId: 'aaaaaaaa-0000-0000-0000-000000000001' };
const ovs: Vif = { type: 'ovs', id, address, devname: 'tap01234567-89', network: { bridge: 'br-int' } };
const hybrid: Vif = { ...ovs, details: { ovs_hybrid_plug: true } };
const [qbr, qvb, qvo] = ['qbr01234567-89', 'qvb01234567-89', 'qvo01234567-89'];

const addPort = (device: string, bridge = 'br-int') =>
  `ovs-vsctl --timeout=120 -- --if-exists del-port ${device} -- add-port ${bridge} ${device} -- set Interface ${device} external-ids:iface-id=${id} external-ids:iface-status=active external-ids:attached-mac=${address} external-ids:vm-uuid=${guest.instanceId}`;
const delPort = (device: string) => `ovs-vsctl --timeout=120 -- --if-exists del-port br-int ${device}`;

describe.each(modes)('a bridge, faults: %s', (faults) => {
  const meta = { should_create_bridge: true, bridge_interface: 'eth0' };
  const vif: Vif = { type: 'bridge', id, address, network: { bridge: 'br100', meta } };

  it('is made where the network wants it', async () => {
    const { net, netdev, forwarding, waiting } = await driversHost(faults);
    await net.vif.plug(vif, guest);
    expect(await netdev.getLink('eth0')).toMatchObject({ master: 'br100' });
    expect(forwarding()).toEqual(['-i br100 -j ACCEPT', '-o br100 -j ACCEPT']);
    expect(waiting()).toBe(false);
    await net.vif.unplug(vif);
    expect(await netdev.linkExists('br100')).toBe(true);
  });

  it('is made over a VLAN where the network wants that', async () => {
    const { net, netdev } = await driversHost(faults);
    const tagged = { ...meta, should_create_vlan: true, vlan: 100, mtu: 1400 };
    await net.vif.plug({ ...vif, network: { bridge: 'br100', meta: tagged } }, guest);
    expect(await netdev.getLink('vlan100')).toMatchObject({ parent: 'eth0', master: 'br100', mtu: 1400 });
  });

  it('gets no rules where Neutron filters', async () => {
    const { net, forwarding } = await driversHost(faults);
    await net.vif.plug({ ...vif, details: { port_filter: true } }, guest);
    expect(forwarding()).toEqual([]);
  });

  it.each([{ multi_host: true }, { should_create_bridge: false }])(
    'is left to others with %j',
    async (more) => {
      const { net, names } = await driversHost(faults);
      await net.vif.plug({ ...vif, network: { bridge: 'br100', meta: { ...meta, ...more } } }, guest);
      expect(await names()).toEqual(['eth0']);
    },
  );
});

describe.each(modes)('Open vSwitch, faults: %s', (faults) => {
  it('is left to the hypervisor', async () => {
    const { net, names, commands } = await driversHost(faults);
    await net.vif.plug(ovs, guest);
    await net.vif.unplug(ovs);
    expect([...(await names()), ...commands()]).toEqual(['eth0']);
  });

  it('gets a tap where the hypervisor does not do it', async () => {
    const { net, netdev, names, commands } = await driversHost(faults);
    await net.vif.plug(ovs, { ...guest, hypervisorPlugs: false, multiqueue: true });
    expect(await netdev.getLink('tap01234567-89')).toMatchObject({
      kind: 'tap',
      up: true,
      tap: { multiQueue: true },
    });
    await net.vif.unplug(ovs, { hypervisorPlugs: false });
    expect(await names()).toEqual(['eth0']);
    expect(commands()).toEqual([addPort('tap01234567-89'), delPort('tap01234567-89')]);
  });

  it('is joined to a bridge of the guest by a pair where iptables is to see it', async () => {
    const { net, netdev, names, commands } = await driversHost(faults);
    const network = { bridge: 'br-int', meta: { mtu: 1450 } };
    await net.vif.plug({ ...hybrid, network }, guest);
    expect(await netdev.getLink(qbr)).toMatchObject({
      kind: 'bridge',
      up: true,
      bridge: { forwardDelay: 0, stp: false, multicastSnooping: false },
    });
    expect(await netdev.getLink(qvb)).toMatchObject({ parent: qvo, master: qbr, up: true, mtu: 1450 });
    expect((await netdev.getLink(qvo)).flags.has('promiscuous')).toBe(true);
    expect(commands()).toEqual([addPort(qvo)]);
    await net.vif.unplug(hybrid);
    expect(await names()).toEqual(['eth0']);
    expect(commands().slice(1)).toEqual([delPort(qvo)]);
    await net.vif.unplug(hybrid);
  });

  it('is joined so where the host filters and Neutron does not', async () => {
    const { net, netdev } = await driversHost(faults);
    await net.vif.plug({ ...ovs, details: { port_filter: true } }, { ...guest, hostFilters: true });
    expect(await netdev.linkExists(qbr)).toBe(false);
    await net.vif.plug(ovs, { ...guest, hostFilters: true });
    expect(await netdev.linkExists(qbr)).toBe(true);
    await net.vif.unplug(ovs, { hostFilters: true });
    expect(await netdev.linkExists(qbr)).toBe(false);
  });

  it('stays as it is when it is plugged again', async () => {
    const { net, netdev, commands } = await driversHost(faults);
    await net.vif.plug(hybrid, guest);
    const before = await netdev.listLinks();
    await net.vif.plug(hybrid, guest);
    expect(await netdev.listLinks()).toEqual(before);
    expect(commands()).toHaveLength(1);
  });

  it('loses what was made when a step fails, unless the faults are kept', async () => {
    const { net, names } = await driversHost(faults, {}, (driver) =>
      failingNetdev(driver, 'updateLink', qbr),
    );
    await expect(net.vif.plug(hybrid, guest)).rejects.toThrow('refused');
    expect(await names()).toEqual(faults === 'keep' ? ['eth0', qbr, qvb, qvo] : ['eth0']);
  });

  it('takes a port that is reached through shared memory', async () => {
    const { net, commands } = await driversHost(faults);
    const details = { vhostuser_ovs_plug: true, vhostuser_socket: '/var/run/openvswitch/vhu01234567-89' };
    const vif: Vif = { ...ovs, type: 'vhostuser', details };
    await net.vif.plug(vif, guest);
    await net.vif.unplug(vif);
    expect(commands()).toEqual([
      addPort('vhu01234567-89'),
      'ovs-vsctl --timeout=120 -- set Interface vhu01234567-89 type=dpdkvhostuser',
      delPort('vhu01234567-89'),
    ]);
    await net.vif.plug({ ...vif, details: { ...details, vhostuser_ovs_plug: false } }, guest);
    expect(commands()).toHaveLength(3);
  });
});

describe.each(modes)('the Indigo virtual switch, faults: %s', (faults) => {
  it('gets a tap', async () => {
    const { net, netdev, names, commands } = await driversHost(faults);
    const vif: Vif = { type: 'ivs', id, address };
    await net.vif.plug(vif, guest);
    expect(await netdev.getLink('nic01234567-89')).toMatchObject({ kind: 'tap', up: true });
    await net.vif.unplug(vif);
    expect(await names()).toEqual(['eth0']);
    expect(commands()).toEqual(['ivs-ctl add-port nic01234567-89', 'ivs-ctl del-port nic01234567-89']);
  });

  it('is joined to a bridge of the guest', async () => {
    const { net, names, commands } = await driversHost(faults);
    const vif: Vif = { type: 'ivs', id, address, details: { ovs_hybrid_plug: true } };
    await net.vif.plug(vif, guest);
    expect(await names()).toEqual(['eth0', qbr, qvb, qvo]);
    await net.vif.unplug(vif);
    expect(await names()).toEqual(['eth0']);
    expect(commands()).toEqual([`ivs-ctl add-port ${qvo}`, `ivs-ctl del-port ${qvo}`]);
  });
});

describe('a switch that refuses a port', () => {
  it.each([
    [{ type: 'ivs', id, address } as Vif, {}],
    [ovs, { hypervisorPlugs: false }],
    [hybrid, {}],
  ])('leaves no device: %j', async (vif, options) => {
    const { net, netdev, names } = await driversHost('mend');
    const run = async (argv: readonly string[]) => {
      throw new CommandError(
        { argv, exitCode: 1, stdout: '', stderr: 'no' },
        { operation: 'run', detail: 'no' },
      );
    };
    const refusing = createLinuxNet({ netdev, runner: { dryRun: false, run } as unknown as Runner });
    await expect(refusing.vif.plug(vif, { ...guest, ...options })).rejects.toThrow(/: no$/);
    expect(await names()).toEqual(['eth0']);
    await net.vif.unplug(vif, options);
  });

  it('has no port that is half made', async () => {
    const { netdev } = await driversHost('mend');
    const ran: string[] = [];
    const run = async (argv: readonly string[]) => {
      ran.push(argv.join(' '));
      const result = { argv, exitCode: 1, stdout: '', stderr: 'no' };
      if (argv.includes('type=dpdkvhostuser'))
        throw new CommandError(result, { operation: 'run', detail: 'no' });
      return { ...result, exitCode: 0 };
    };
    const net = createLinuxNet({ netdev, runner: { dryRun: false, run } as unknown as Runner });
    const details = { vhostuser_ovs_plug: true, vhostuser_socket: '/run/vhu1' };
    await expect(net.vif.plug({ ...ovs, type: 'vhostuser', details }, guest)).rejects.toThrow(AgentError);
    expect(ran.at(-1)).toBe(delPort('vhu1'));
  });
});

describe('a tap', () => {
  it('is made with the MAC address of its end, and deleted', async () => {
    const { net, netdev, names } = await driversHost('mend', { network_device_mtu: 9000 });
    const vif: Vif = {
      type: 'tap',
      id,
      address,
      devname: 'tap1',
      details: { mac_address: '02:00:00:00:00:09' },
    };
    await net.vif.plug(vif, guest);
    expect(await netdev.getLink('tap1')).toMatchObject({ kind: 'tap', mac: '02:00:00:00:00:09', mtu: 9000 });
    await net.vif.unplug(vif);
    await net.vif.unplug(vif);
    expect(await names()).toEqual(['eth0']);
  });
});

it('leaves a device that goes to the guest as it is', async () => {
  const { net, names, commands } = await driversHost('mend');
  await net.vif.plug({ type: 'hostdev', id, address }, guest);
  await net.vif.unplug({ type: 'hostdev', id, address });
  expect([...(await names()), ...commands()]).toEqual(['eth0']);
});

it('makes nothing with fake_network', async () => {
  const { net, names, commands } = await driversHost('mend', { fake_network: true });
  for (const type of ['ovs', 'ivs', 'tap', 'bridge', 'vhostuser'] as const) {
    await net.vif.plug({ ...hybrid, type }, guest);
    await net.vif.unplug({ ...hybrid, type });
  }
  expect([...(await names()), ...commands()]).toEqual(['eth0']);
});

describe('what is refused', () => {
  it.each([
    [{ type: 'midonet' }, 'vif.type'],
    [{ id: '' }, 'vif.id'],
    [{ id: 'a/../b' }, 'vif.id'],
    [{ address: 'all' }, 'vif.address'],
    [{ network: { bridge: 'br int' } }, 'vif.network.bridge'],
    [{ type: 'tap', devname: '--' }, 'vif.devname'],
    [{ type: 'vhostuser', details: { vhostuser_ovs_plug: true } }, 'vif.details.vhostuser_socket'],
    [{ ovs_interfaceid: 'a,b' }, 'interfaceId'],
  ])('%j', async (wrong, field) => {
    const { net, names, commands } = await driversHost('mend');
    const refused = net.vif.plug({ ...hybrid, ...wrong } as Vif, guest);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
    expect([...(await names()), ...commands()]).toEqual(['eth0']);
  });

  it('a VLAN without anything to ride on', async () => {
    const { net } = await driversHost('mend');
    const meta = { should_create_bridge: true, should_create_vlan: true, vlan: 7 };
    const refused = net.vif.plug({ ...hybrid, type: 'bridge', network: { bridge: 'br1', meta } }, guest);
    await expect(refused).rejects.toMatchObject({ field: 'vif.network.meta.bridge_interface' });
  });
});
