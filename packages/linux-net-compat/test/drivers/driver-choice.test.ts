import { InvalidArgumentError, UnsupportedError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { LinuxBridgeInterfaceDriver, LinuxNetInterfaceDriver } from '../../src/index.js';
import { driversHost, mac } from './drivers-host.js';

const network = { bridge: 'br100', uuid: '01234567-89ab' };

class OwnDriver extends LinuxNetInterfaceDriver {
  override getDev(): string {
    return 'own0';
  }
}

describe('the driver that linuxnet_interface_driver names', () => {
  it.each([
    ['nova.network.linux_net.LinuxBridgeInterfaceDriver', 'br100'],
    ['nova.network.neutron.LinuxBridgeInterfaceDriver', 'br100'],
    ['LinuxOVSInterfaceDriver', 'gw-01234567-89'],
    ['.linux_net.NeutronLinuxBridgeInterfaceDriver', 'gw-01234567-89'],
    ['nova.network.linux_net.QuantumLinuxBridgeInterfaceDriver', 'gw-01234567-89'],
  ])('%s', async (name, device) => {
    const { net } = await driversHost('mend', { linuxnet_interface_driver: name });
    expect(net.getDev(network)).toBe(device);
    expect(net.linux_net.get_dev(network)).toBe(device);
  });

  it.each(['own', 'acme.net.own', 'acme.net.OwnDriver'])('can be one of others: %s', async (name) => {
    const { net } = await driversHost('mend', { linuxnet_interface_driver: name });
    net.registerInterfaceDriver('own', () => new OwnDriver());
    net.registerInterfaceDriver('acme.net.OwnDriver', () => new OwnDriver());
    expect(net.getDev(network)).toBe('own0');
    await expect(net.plug(network, mac)).rejects.toThrow(UnsupportedError);
  });

  it('is the same from its first use on', async () => {
    const { net } = await driversHost('mend');
    expect(net.getDev(network)).toBe('br100');
    net.conf.linuxnet_interface_driver = 'LinuxOVSInterfaceDriver';
    expect(net.getDev(network)).toBe('br100');
  });

  it('is refused with the ones that there are, and may be named right after that', async () => {
    const { net } = await driversHost('mend', { linuxnet_interface_driver: 'acme.Nothing' });
    await expect(net.plug(network, mac)).rejects.toThrow(InvalidArgumentError);
    await expect(net.plug(network, mac)).rejects.toThrow(/acme.Nothing.*LinuxBridgeInterfaceDriver.*Quantum/);
    net.conf.linuxnet_interface_driver = 'LinuxBridgeInterfaceDriver';
    expect(net.getDev(network)).toBe('br100');
    expect(() => net.registerInterfaceDriver('', () => new OwnDriver())).toThrow(InvalidArgumentError);
  });
});

describe('a driver without methods of its own', () => {
  it('says what it lacks', async () => {
    const { net } = await driversHost('mend');
    const driver = new net.linux_net.LinuxNetInterfaceDriver();
    await expect(driver.plug(network, mac)).rejects.toThrow(UnsupportedError);
    await expect(driver.unplug(network)).rejects.toThrow(/LinuxNetInterfaceDriver.*no unplug/);
    expect(() => driver.get_dev(network)).toThrow(UnsupportedError);
  });
});

describe('classes', () => {
  it('under the original name have its methods on objects, and the bridge functions on the class', async () => {
    const { net, netdev, names } = await driversHost('mend');
    const { LinuxBridgeInterfaceDriver: Bridge, QuantumLinuxBridgeInterfaceDriver: Quantum } = net.linux_net;
    expect(await Bridge.ensure_vlan(7, 'eth0', mac, 1400)).toBe('vlan7');
    expect(await netdev.getLink('vlan7')).toMatchObject({ mac, mtu: 1400 });
    await Bridge.remove_vlan(7);
    expect(await new Bridge().ensure_vlan_bridge(8, 'br8', 'eth0')).toBe('vlan8');
    await Bridge.remove_vlan_bridge(8, 'br8');
    await Bridge.ensure_bridge('br9', null);
    await new Bridge().remove_bridge('br9');
    expect(await names()).toEqual(['eth0']);
    expect(new Quantum().get_bridge(network)).toBe('brq01234567-89');
  });

  it('of the module work on its default instance', () => {
    const driver = new LinuxBridgeInterfaceDriver();
    expect(driver).toBeInstanceOf(LinuxBridgeInterfaceDriver);
    expect(driver.getDev(network)).toBe('br100');
  });
});
