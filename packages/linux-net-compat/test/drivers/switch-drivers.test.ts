import { CommandError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createLinuxNet } from '../../src/create-linux-net.js';
import { failingNetdev } from '../support/failing-netdev.js';
import { driversHost, mac, modes } from './drivers-host.js';

const network = {
  uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
  dhcp_server: '192.168.0.1',
  cidr: '192.168.0.0/24',
  mtu: 1400,
};
const device = 'gw-aaaaaaaa-aa';
const bridge = 'brqaaaaaaaa-aa';
const ovs = { linuxnet_interface_driver: 'nova.network.linux_net.LinuxOVSInterfaceDriver' };
const neutron = { linuxnet_interface_driver: 'NeutronLinuxBridgeInterfaceDriver' };
const accept = (name: string) => [`-i ${name} -j ACCEPT`, `-o ${name} -j ACCEPT`];
const drop = (name: string) => [`--in-interface ${name} -j DROP`, `--out-interface ${name} -j DROP`];

/** Open vSwitch makes the device that ovs-vsctl asks for; here it is there as soon as it is asked for. */
async function ovsHost(faults: 'mend' | 'keep', conf = {}) {
  let asked = false;
  const host = await driversHost(faults, { ...ovs, ...conf }, (driver) => ({
    ...driver,
    linkExists: async (name, options) => (name === device ? asked : driver.linkExists(name, options)),
  }));
  await host.netdev.createLink({ kind: 'dummy', name: device });
  return { ...host, nowThere: () => (asked = true) };
}

describe.each(modes)('the Open vSwitch driver, faults: %s', (faults) => {
  it('makes a port, and leaves the apply to others', async () => {
    const { net, netdev, commands, forwarding, waiting } = await ovsHost(faults);
    expect(await net.plug(network, mac)).toBe(device);
    expect(commands()).toEqual([
      `ovs-vsctl --timeout=120 -- --may-exist add-port br-int ${device} -- set Interface ${device} type=internal -- set Interface ${device} external-ids:iface-id=${device} -- set Interface ${device} external-ids:iface-status=active -- set Interface ${device} external-ids:attached-mac=${mac}`,
    ]);
    expect(await netdev.getLink(device)).toMatchObject({ mac, mtu: 1400, up: true });
    expect(forwarding()).toEqual(accept('br-int'));
    expect(waiting()).toBe(true);
  });

  it('tells the switch the address as the caller wrote it', async () => {
    const { net, netdev, commands } = await ovsHost(faults);
    await net.plug(network, mac.toUpperCase(), { gateway: false });
    expect(commands()[0]).toContain(`attached-mac=${mac.toUpperCase()}`);
    expect(commands()[2]).toContain(`dl_dst=${mac.toUpperCase()},`);
    expect(await netdev.getLink(device)).toMatchObject({ mac });
  });

  it('lets DHCP alone through where the host is no gateway', async () => {
    const { net, commands, forwarding } = await ovsHost(faults);
    await net.plug(network, mac, { gateway: false });
    expect(commands().slice(1)).toEqual([
      'ovs-ofctl add-flow br-int priority=1,actions=drop',
      `ovs-ofctl add-flow br-int udp,tp_dst=67,dl_dst=${mac},priority=2,actions=normal`,
    ]);
    expect(forwarding()).toEqual(drop('br-int'));
  });

  it('does nothing for a device that is there', async () => {
    const { net, commands, forwarding, nowThere } = await ovsHost(faults);
    nowThere();
    expect(await net.plug(network, mac)).toBe(device);
    expect([...commands(), ...forwarding()]).toEqual([]);
  });

  it('deletes the port', async () => {
    const { net, commands } = await ovsHost(faults, { linuxnet_ovs_integration_bridge: 'br-ex' });
    expect(await net.unplug(network)).toBe(device);
    expect(commands()).toEqual([`ovs-vsctl --timeout=120 -- --if-exists del-port br-ex ${device}`]);
  });

  it('takes a port away when a step after it fails, unless the faults are kept', async () => {
    const ran: string[] = [];
    const { netdev } = await driversHost(faults);
    const runner = {
      dryRun: false,
      run: async (argv: readonly string[]) => {
        ran.push(argv.join(' '));
        const result = { argv, exitCode: 1, stdout: '', stderr: 'no' };
        if (argv[0] === 'ovs-ofctl') throw new CommandError(result, { operation: 'run', detail: 'no' });
        await netdev.ensureLink({ kind: 'dummy', name: device });
        return { ...result, exitCode: 0 };
      },
    };
    const net = createLinuxNet({ conf: ovs, faults, netdev, runner: runner as never });
    await expect(net.plug(network, mac, { gateway: false })).rejects.toThrow(CommandError);
    expect(ran.slice(2)).toEqual(
      faults === 'keep' ? [] : [`ovs-vsctl --timeout=120 -- --if-exists del-port br-int ${device}`],
    );
  });
});

describe.each(modes)('the Neutron Linux bridge driver, faults: %s', (faults) => {
  it('makes a tap and a bridge, and leaves the apply to others', async () => {
    const { net, netdev, forwarding, waiting, layer3 } = await driversHost(faults, neutron);
    expect(await net.plug(network, mac)).toBe(device);
    expect(await netdev.getLink(device)).toMatchObject({ kind: 'tap', mac, up: true });
    expect(await netdev.getLink(device)).not.toHaveProperty('master');
    expect(await netdev.getLink(bridge)).toMatchObject({ kind: 'bridge', mac, up: true });
    expect((await layer3(bridge)).addresses).toEqual(['192.168.0.1/24']);
    expect(forwarding()).toEqual(accept(bridge));
    expect(waiting()).toBe(true);
  });

  it('makes no device where the host is no gateway', async () => {
    const { net, names, forwarding } = await driversHost(faults, neutron);
    expect(await net.plug(network, mac, { gateway: false })).toBe(bridge);
    expect(await names()).toEqual(['eth0']);
    expect(forwarding()).toEqual(drop(bridge));
  });

  it('deletes the tap, and keeps the bridge', async () => {
    const { net, names } = await driversHost(faults, neutron);
    await net.plug(network, mac);
    expect(await net.unplug(network)).toBe(device);
    expect(await names()).toEqual(['eth0', bridge]);
    expect(await net.unplug(network)).toBeNull();
  });

  it('takes back what was made when a step fails, unless the faults are kept', async () => {
    const { net, names, forwarding } = await driversHost(faults, neutron, (driver) =>
      failingNetdev(driver, 'ensureAddress', bridge),
    );
    await expect(net.plug(network, mac)).rejects.toThrow('refused');
    const kept = faults === 'keep';
    expect(await names()).toEqual(kept ? ['eth0', device, bridge] : ['eth0']);
    expect(forwarding()).toEqual(kept ? accept(bridge) : []);
  });
});

describe('with fake_network', () => {
  it('no device is made and no command runs', async () => {
    for (const conf of [ovs, neutron]) {
      const { net, names, commands } = await driversHost('mend', { ...conf, fake_network: true });
      await net.plug(network, mac, { gateway: true });
      await net.unplug(network);
      expect([...(await names()), ...commands()]).toEqual(['eth0']);
    }
  });

  it('they are with the faults kept', async () => {
    const { net, names } = await driversHost('keep', { ...neutron, fake_network: true });
    await net.plug(network, mac);
    expect(await names()).toEqual(['eth0', device, bridge]);
  });
});

it.each([{ uuid: '' }, { uuid: '../../etc/pw' }, { uuid: 7 }, {}])('refuses %j as a name', async (wrong) => {
  const { net } = await driversHost('mend', ovs);
  expect(() => net.getDev(wrong as never)).toThrow(expect.objectContaining({ field: 'network.uuid' }));
});
