import { createMemoryHost } from 'netdev-conformance';
import { PlatformError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createLinuxNet, type Vif } from '../../src/index.js';

const pciAddress = '0000:04:10.1';
const mac = 'fa:16:3e:00:00:01';

async function host(conf: Partial<LinuxNetConf> = {}) {
  const memory = createMemoryHost();
  memory.addVirtualFunction({ pciAddress, parent: 'eth2', index: 1, link: 'eth2v1' });
  const netdev = await memory.netdev();
  const net = createLinuxNet({ conf, netdev });
  const state = async () => {
    const [found] = await netdev.listVirtualFunctions('eth2');
    return { ...found, up: (await netdev.getLink('eth2v1')).up };
  };
  return { net, state };
}

describe('a virtual function', () => {
  it('gets address and VLAN and goes up; without a VLAN it goes down', async () => {
    const { net, state } = await host();
    await net.setVfInterfaceVlan(pciAddress, mac, 100);
    expect(await state()).toMatchObject({ index: 1, mac, vlanId: 100, up: true });
    await net.linux_net.set_vf_interface_vlan(pciAddress, mac);
    expect(await state()).toMatchObject({ mac, vlanId: 0, up: false });
  });

  it('is trusted, or no longer', async () => {
    const { net, state } = await host();
    await net.linux_net.set_vf_trusted(pciAddress, true);
    expect(await state()).toMatchObject({ trust: true });
    await net.setVfTrusted(pciAddress, { trusted: false });
    expect(await state()).toMatchObject({ trust: false });
  });

  it('stays as it is with fake_network, faults mended', async () => {
    const { net, state } = await host({ fake_network: true });
    const before = await state();
    await net.setVfInterfaceVlan(pciAddress, mac, 100);
    await net.setVfTrusted(pciAddress, { trusted: true });
    expect(await state()).toEqual(before);
  });

  it('is named when it is not there', async () => {
    const { net } = await host();
    await expect(net.setVfInterfaceVlan('0000:04:10.7', mac)).rejects.toThrow(/0000:04:10.7/);
    await expect(net.setVfInterfaceVlan('eth2', mac)).rejects.toThrow(/PCI address/);
  });
});

describe('a guest on a virtual function', () => {
  const vif: Vif = {
    ...{ type: 'hw_veb', id: '01234567-89ab', address: mac, vnic_type: 'macvtap' },
    ...{ profile: { pci_slot: pciAddress }, details: { vlan: '7' } },
  };

  it('by macvtap has address and VLAN set', async () => {
    const { net, state } = await host();
    await net.vif.plug(vif, { instanceId: 'a' });
    expect(await state()).toMatchObject({ mac, vlanId: 7, up: true });
    await net.vif.unplug(vif);
    expect(await state()).toMatchObject({ mac, vlanId: 0, up: false });
  });

  it('that it is handed itself is left to the hypervisor', async () => {
    const { net, state } = await host();
    const before = await state();
    await net.vif.plug({ ...vif, vnic_type: 'direct' }, { instanceId: 'a' });
    await net.vif.unplug({ ...vif, vnic_type: 'direct' });
    expect(await state()).toEqual(before);
  });

  it('needs a place on the bus', async () => {
    const { net } = await host();
    const { profile: _, ...without } = vif;
    await expect(net.vif.plug(without, { instanceId: 'a' })).rejects.toThrow(/vif\.profile\.pci_slot/);
  });
});

describe('a guest that gets a virtual function itself', () => {
  const vif: Vif = {
    ...{ type: 'hw_veb', id: '01234567-89ab', address: mac, vnic_type: 'direct' },
    profile: { pci_slot: pciAddress, trusted: 'True' },
  };

  it('is trusted until it goes', async () => {
    const { net, state } = await host();
    await net.vif.plug(vif, { instanceId: 'u' });
    expect(await state()).toMatchObject({ trust: true, vlanId: 0, up: false });
    await net.vif.unplug(vif);
    expect(await state()).toMatchObject({ trust: false });
  });

  it('is not where nobody says so', async () => {
    const { net, state } = await host();
    for (const profile of [{ pci_slot: pciAddress }, { pci_slot: pciAddress, trusted: false }])
      await net.vif.plug({ ...vif, profile }, { instanceId: 'u' });
    expect(await state()).toMatchObject({ trust: false });
  });

  it('cannot be told otherwise', async () => {
    const { net } = await host();
    const profile = { pci_slot: pciAddress, trusted: 'maybe' };
    const refused = net.vif.plug({ ...vif, profile }, { instanceId: 'u' });
    await expect(refused).rejects.toMatchObject({ field: 'vif.profile.trusted' });
  });
});

describe('a card that refuses', () => {
  async function refusing(faults: 'keep' | 'mend', method: 'updateLink' | 'updateVirtualFunction') {
    const memory = createMemoryHost();
    memory.addVirtualFunction({ pciAddress, parent: 'eth2', index: 1, link: 'eth2v1' });
    const netdev = await memory.netdev();
    const refuse = async () => {
      throw new PlatformError({ operation: 'change', object: 'eth2', errno: 'EPERM' });
    };
    const net = createLinuxNet({ faults, netdev: { ...netdev, [method]: refuse } });
    await netdev.updateVirtualFunction('eth2', 1, { vlanId: 5 });
    const done = net.setVfInterfaceVlan(pciAddress, mac, 100).then(
      () => true,
      () => false,
    );
    return { accepted: await done, vlan: (await netdev.listVirtualFunctions('eth2'))[0]?.vlanId };
  }

  it('leaves everything as it was', async () => {
    expect(await refusing('mend', 'updateVirtualFunction')).toEqual({ accepted: false, vlan: 5 });
    expect(await refusing('mend', 'updateLink')).toEqual({ accepted: false, vlan: 5 });
  });

  it('is not heard with the faults kept', async () => {
    expect(await refusing('keep', 'updateVirtualFunction')).toEqual({ accepted: true, vlan: 5 });
    expect(await refusing('keep', 'updateLink')).toEqual({ accepted: true, vlan: 100 });
  });
});
