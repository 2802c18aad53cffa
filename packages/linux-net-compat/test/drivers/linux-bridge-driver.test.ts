import { createMemoryHost } from 'netdev-conformance';
import { InvalidArgumentError, PlatformError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createLinuxNet, NovaException } from '../../src/index.js';
import { failingNetdev } from '../support/failing-netdev.js';
import { driversHost, mac, modes } from './drivers-host.js';

const flat = { bridge: 'br100', bridge_interface: 'eth0', dhcp_server: '10.0.0.1' };
const tagged = { ...flat, vlan: 100 };
const open = ['-i br100 -j ACCEPT', '-o br100 -j ACCEPT'];
const shut = ['--in-interface br100 -j DROP', '--out-interface br100 -j DROP'];

describe.each(modes)('the Linux bridge driver, faults: %s', (faults) => {
  it('bridges a flat network with its interface', async () => {
    const { net, netdev, forwarding, waiting } = await driversHost(faults);
    const { mac: uplinkMac } = await netdev.getLink('eth0');
    expect(await net.plug(flat, mac)).toBe('br100');
    expect(await netdev.getLink('eth0')).toMatchObject({ master: 'br100', up: true });
    expect(await netdev.getLink('br100')).toMatchObject({
      kind: 'bridge',
      up: true,
      mac: uplinkMac,
      bridge: { forwardDelay: 0, stp: false },
    });
    expect(forwarding()).toEqual(open);
    expect(waiting()).toBe(false);
  });

  it('bridges a VLAN, of which the host is the gateway whatever is said', async () => {
    const { net, netdev, forwarding } = await driversHost(faults);
    await net.plug({ ...tagged, mtu: 1400 }, mac, { gateway: false });
    expect(await netdev.getLink('vlan100')).toMatchObject({
      kind: 'vlan',
      vlanId: 100,
      parent: 'eth0',
      master: 'br100',
      mac,
      mtu: 1400,
      up: true,
    });
    expect(await netdev.getLink('br100')).toMatchObject({ mac });
    expect(forwarding()).toEqual(open);
  });

  it('forwards nothing where the host is no gateway', async () => {
    const { net, forwarding } = await driversHost(faults);
    await net.plug(flat, mac, { gateway: false });
    expect(forwarding()).toEqual(shut);
  });

  it('plugs again without a change', async () => {
    const { net, netdev, forwarding } = await driversHost(faults);
    await net.plug(tagged, mac);
    const before = await netdev.listLinks();
    await net.plug(tagged, mac);
    expect(await netdev.listLinks()).toEqual(before);
    expect(forwarding()).toEqual(open);
  });

  it('unplugs what it plugged', async () => {
    const { net, names, forwarding, waiting } = await driversHost(faults);
    await net.plug(tagged, mac);
    expect(await net.unplug(tagged)).toBe('br100');
    expect(await names()).toEqual(['eth0']);
    expect(forwarding()).toEqual([]);
    expect(waiting()).toBe(false);
    expect(await net.unplug(tagged)).toBe('br100');
  });

  it('unplugs a network that was plugged without a gateway, whatever its rules dropped with', async () => {
    const { net, forwarding } = await driversHost(faults);
    await net.plug(flat, mac, { gateway: false });
    net.conf.iptables_drop_action = 'LOGDROP';
    const driver = new net.LinuxBridgeInterfaceDriver();
    expect(await driver.unplug(flat, { gateway: false })).toBe('br100');
    expect(forwarding()).toEqual([]);
  });

  it('takes flat_interface and vlan_interface before what the network says', async () => {
    const conf = { flat_interface: 'eth7', vlan_interface: 'eth8' };
    const { net, netdev } = await driversHost(faults, conf);
    for (const name of ['eth7', 'eth8']) await netdev.createLink({ kind: 'dummy', name });
    await net.plug(flat, mac);
    await net.plug({ ...tagged, bridge: 'br101' }, mac);
    expect(await netdev.getLink('eth7')).toMatchObject({ master: 'br100' });
    expect(await netdev.getLink('vlan100')).toMatchObject({ parent: 'eth8', master: 'br101' });
  });

  it('keeps a shared address to this host', async () => {
    const { net, commands } = await driversHost(faults);
    await net.plug({ ...tagged, share_address: true }, mac);
    expect(commands()).toHaveLength(8);
    expect(commands()[1]).toBe('ebtables -t filter -I INPUT -p ARP -i vlan100 --arp-ip-dst 10.0.0.1 -j DROP');
    await net.unplug({ ...tagged, share_address: true });
    expect(
      commands()
        .slice(8)
        .every((command) => command.startsWith('ebtables -t filter -D ')),
    ).toBe(true);
    expect(commands()).toHaveLength(12);
  });

  it('changes rules alone with fake_network', async () => {
    const { net, names, forwarding, commands } = await driversHost(faults, {
      fake_network: true,
      share_dhcp_address: true,
    });
    expect(await net.plug(tagged, mac)).toBe('br100');
    expect(await names()).toEqual(['eth0']);
    expect(forwarding()).toEqual(open);
    expect(commands()).toEqual([]);
  });

  it('moves addresses and routes of the interface to the bridge', async () => {
    const { net, netdev, layer3 } = await driversHost(faults);
    for (const cidr of ['192.168.0.5/24', '192.168.0.6/24', '10.0.0.9/32'])
      await netdev.ensureAddress({ link: 'eth0', cidr });
    await netdev.ensureRoute({ destination: 'default', via: '192.168.0.254', link: 'eth0', metric: 100 });
    await netdev.ensureRoute({ destination: '10.20.0.0/16', via: '192.168.0.250', link: 'eth0' });
    const before = await layer3('eth0');
    await net.plug(flat, mac);
    expect(await layer3('eth0')).toEqual({ addresses: [], routes: [] });
    expect((await layer3('br100')).routes).toEqual(before.routes);
    expect(new Set((await layer3('br100')).addresses)).toEqual(new Set(before.addresses));
  });

  it('says what cannot be a port', async () => {
    const { net } = await driversHost(faults);
    const refused = net.plug({ ...flat, bridge_interface: 'eth9' }, mac);
    await expect(refused).rejects.toThrow(NovaException);
    await expect(refused).rejects.toThrow(/eth9 a port of br100.*no such device/);
  });

  it.each([
    [{ bridge: '../br' }, 'network.bridge'],
    [{ vlan: 4095 }, 'network.vlan'],
    [{ vlan: '1;reboot' }, 'network.vlan'],
    [{ share_address: true, dhcp_server: '10.0.0.1 -j ACCEPT' }, 'network.dhcp_server'],
    [{ bridge_interface: '-x' }, 'interface'],
  ])('refuses %j before anything changes', async (wrong, field) => {
    const { net, names, forwarding } = await driversHost(faults);
    await expect(net.plug({ ...flat, ...wrong } as never, mac)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field,
    });
    expect(await names()).toEqual(['eth0']);
    expect(forwarding()).toEqual([]);
  });
});

describe('a bridge', () => {
  it('keeps the MAC address of its first interface when lower ones come', async () => {
    const { net, netdev } = await driversHost('mend');
    const { mac: first } = await netdev.getLink('eth0');
    await net.plug(flat, mac);
    await netdev.createLink({ kind: 'tap', name: 'tap1', mac: '02:00:00:00:00:01', master: 'br100' });
    await netdev.createLink({ kind: 'dummy', name: 'eth1', mac: '02:00:00:00:00:02' });
    await new net.LinuxBridgeInterfaceDriver().ensureBridge('br100', 'eth1');
    expect(await netdev.getLink('eth1')).toMatchObject({ master: 'br100' });
    expect(await netdev.getLink('br100')).toMatchObject({ mac: first });
  });

  it('can be without an interface and without rules', async () => {
    const { net, netdev, forwarding } = await driversHost('mend');
    await new net.LinuxBridgeInterfaceDriver().ensureBridge('br5', null, { filtering: false });
    expect(await netdev.getLink('br5')).toMatchObject({ up: true });
    expect(forwarding()).toEqual([]);
  });

  it('does not take a port of another', async () => {
    const { net, netdev, names } = await driversHost('mend');
    await netdev.createLink({ kind: 'bridge', name: 'br0', up: true });
    await netdev.updateLink('eth0', { master: 'br0' });
    await expect(net.plug(flat, mac)).rejects.toThrow(/port of br0/);
    expect(await names()).toEqual(['eth0', 'br0']);
  });
});

describe('a step that fails', () => {
  it('leaves everything as it was', async () => {
    const { net, netdev, names, layer3, forwarding } = await driversHost('mend', {}, (driver) =>
      failingNetdev(driver, 'ensureRoute', '"link":"br100"'),
    );
    await netdev.ensureAddress({ link: 'eth0', cidr: '192.168.0.5/24' });
    await netdev.ensureRoute({ destination: 'default', via: '192.168.0.1', link: 'eth0' });
    const before = await layer3('eth0');
    await expect(net.plug({ ...flat, vlan: null }, mac)).rejects.toThrow('refused');
    expect(await layer3('eth0')).toEqual(before);
    expect(await names()).toEqual(['eth0']);
    expect(forwarding()).toEqual([]);
  });

  it('takes the VLAN that was made with it', async () => {
    const { net, names } = await driversHost('mend', {}, (driver) =>
      failingNetdev(driver, 'updateLink', 'vlan100'),
    );
    await expect(net.plug(tagged, mac)).rejects.toThrow(NovaException);
    expect(await names()).toEqual(['eth0']);
  });

  it('takes a VLAN that cannot have its MTU', async () => {
    const { net, names } = await driversHost('mend', {}, (driver) => ({
      ...driver,
      updateLink: async (name, changes, options) => {
        if (changes.mtu !== undefined) throw new PlatformError({ operation: 'change link', errno: 'ERANGE' });
        return driver.updateLink(name, changes, options);
      },
    }));
    await expect(net.plug({ ...tagged, mtu: 9000 }, mac)).rejects.toThrow(PlatformError);
    expect(await names()).toEqual(['eth0']);
  });

  it('leaves what was done with the faults kept', async () => {
    const { net, netdev, names, layer3 } = await driversHost('keep', {}, (driver) =>
      failingNetdev(driver, 'ensureRoute', '0.0.0.0/0'),
    );
    await netdev.ensureAddress({ link: 'eth0', cidr: '192.168.0.5/24' });
    await netdev.ensureRoute({ destination: 'default', via: '192.168.0.1', link: 'eth0' });
    await expect(net.plug(flat, mac)).rejects.toThrow('refused');
    expect(await names()).toEqual(['eth0', 'br100']);
    expect(await layer3('br100')).toEqual({ addresses: ['192.168.0.5/24'], routes: [] });
  });

  it('keeps the rules of a bridge that cannot be deleted, unless the faults are kept', async () => {
    for (const [faults, kept] of [
      ['mend', open],
      ['keep', []],
    ] as const) {
      const { net, forwarding } = await driversHost(faults, {}, (driver) =>
        failingNetdev(driver, 'deleteLink', 'br100'),
      );
      await net.plug(flat, mac);
      await expect(net.unplug(flat)).rejects.toThrow('refused');
      expect(forwarding()).toEqual(kept);
    }
  });
});

describe('a VLAN without anything to ride on', () => {
  const network = { ...tagged, bridge_interface: null };

  it('is refused', async () => {
    const { net } = await driversHost('mend');
    const refused = net.plug(network, mac);
    await expect(refused).rejects.toThrow(InvalidArgumentError);
    await expect(refused).rejects.toThrow(/network.bridge_interface.*vlan_interface/);
  });

  it('rides on a device called None with the faults kept', async () => {
    const { net, netdev } = await driversHost('keep');
    await netdev.createLink({ kind: 'dummy', name: 'None' });
    await net.plug(network, mac);
    expect(await netdev.getLink('vlan100')).toMatchObject({ parent: 'None' });
  });
});

describe('a firewall without raw tables', () => {
  async function hostWith(conf = {}) {
    const host = createMemoryHost();
    const netdev = await host.netdev();
    await netdev.createLink({ kind: 'dummy', name: 'eth0' });
    const net = createLinuxNet({ conf, netdev, firewall: await host.firewall() });
    return {
      net,
      rules: () => host.firewallRules().map((rule) => /"policy":"(.*?)"(?:\]|\})/.exec(rule)?.[1]),
    };
  }

  it('is asked for what is forwarded', async () => {
    const { net, rules } = await hostWith();
    await net.plug(flat, mac);
    expect(rules()).toEqual(['open']);
    await net.plug(flat, mac, { gateway: false });
    expect(rules()).toEqual(['closed']);
    await net.unplug(flat);
    expect(rules()).toEqual([]);
  });

  it('is asked to forward between chosen devices', async () => {
    const { net, rules } = await hostWith({ forward_bridge_interface: ['eth1', ''] });
    await net.plug(flat, mac);
    expect(rules()).toEqual(['open","interfaces":["eth1']);
  });
});
