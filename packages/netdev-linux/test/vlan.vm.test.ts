import type { NetDevDriver } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { driverForTests, sh, shownLink, testNamespace } from './host.js';

const namespace = testNamespace('vlans');
let driver: NetDevDriver;
driverForTests(namespace, (made) => {
  driver = made;
});

describe('a vlan made by the driver', () => {
  it('is one to iproute2: id, protocol, parent, address and state', async () => {
    await driver.createLink({ kind: 'dummy', name: 'eth0', up: true, mtu: 1600 });
    await driver.createLink({
      kind: 'vlan',
      name: 'vlan100',
      parent: 'eth0',
      vlanId: 100,
      mac: '02:00:5e:10:00:64',
      mtu: 1500,
      up: true,
    });
    const shown = shownLink(namespace, 'vlan100');
    expect(shown).toMatchObject({ link: 'eth0', address: '02:00:5e:10:00:64', mtu: 1500 });
    expect(shown.flags).toContain('UP');
    expect(shown.linkinfo).toMatchObject({ info_kind: 'vlan', info_data: { id: 100, protocol: '802.1Q' } });
  });

  it('has the tags of providers when it is told so, and one of iproute2 is shown so', async () => {
    await driver.createLink({ kind: 'dummy', name: 'eth0' });
    const spec = { kind: 'vlan', name: 'outer', parent: 'eth0', vlanId: 7, vlanProtocol: '802.1ad' } as const;
    await driver.createLink(spec);
    expect(shownLink(namespace, 'outer').linkinfo.info_data).toMatchObject({ id: 7, protocol: '802.1ad' });
    await driver.deleteLink('outer');
    sh('ip', '-n', namespace, ...'link add link eth0 name outer type vlan proto 802.1ad id 7'.split(' '));
    expect(await driver.ensureLink(spec)).toMatchObject({
      changed: false,
      value: { vlanProtocol: '802.1ad' },
    });
  });

  it('is a port of a bridge like any other, and goes with its parent', async () => {
    await driver.createLink({ kind: 'dummy', name: 'eth0', up: true });
    await driver.createLink({ kind: 'bridge', name: 'br100' });
    await driver.createLink({ kind: 'vlan', name: 'vlan100', parent: 'eth0', vlanId: 100, master: 'br100' });
    expect(shownLink(namespace, 'vlan100').master).toBe('br100');
    await driver.deleteLink('eth0');
    expect(shownLink(namespace, 'vlan100')).toBeUndefined();
    expect(await driver.linkExists('vlan100')).toBe(false);
  });

  it('is refused with what the kernel says when its id is taken on the parent', async () => {
    await driver.createLink({ kind: 'dummy', name: 'eth0' });
    await driver.createLink({ kind: 'vlan', name: 'one', parent: 'eth0', vlanId: 7 });
    await expect(
      driver.createLink({ kind: 'vlan', name: 'other', parent: 'eth0', vlanId: 7 }),
    ).rejects.toMatchObject({
      errno: 'EEXIST',
      message: expect.stringContaining('VLAN device already exists'),
    });
    expect(shownLink(namespace, 'other')).toBeUndefined();
  });
});

it('a vlan made by iproute2 is shown by the driver', async () => {
  for (const line of ['link add eth0 type dummy', 'link add link eth0 name eth0.4094 type vlan id 4094'])
    sh('ip', '-n', namespace, ...line.split(' '));
  expect(await driver.getLink('eth0.4094')).toMatchObject({ kind: 'vlan', vlanId: 4094, parent: 'eth0' });
  expect(await driver.getLink('eth0')).toMatchObject({ kind: 'dummy' });
});

describe('a bridge that filters VLANs', () => {
  const mac = '02:00:5e:10:00:0f';
  const shown = (): unknown[] => {
    const all = JSON.parse(sh('bridge', '-n', namespace, '-json', 'fdb', 'show')) as { mac: string }[];
    return all.filter((entry) => entry.mac === mac);
  };

  it('is one to iproute2, and one that iproute2 makes is one to the driver', async () => {
    await driver.createLink({ kind: 'bridge', name: 'br0', vlanFiltering: true });
    expect(shownLink(namespace, 'br0').linkinfo.info_data.vlan_filtering).toBe(1);
    sh('ip', '-n', namespace, ...'link set dev br0 type bridge vlan_filtering 0'.split(' '));
    expect((await driver.getLink('br0')).bridge?.vlanFiltering).toBe(false);
    await driver.updateLink('br0', { bridge: { vlanFiltering: true } });
    expect(shownLink(namespace, 'br0').linkinfo.info_data.vlan_filtering).toBe(1);
  });

  it('forwards an address in one VLAN of its port', async () => {
    await driver.createLink({ kind: 'bridge', name: 'br0', vlanFiltering: true });
    await driver.createLink({ kind: 'dummy', name: 'eth0', master: 'br0' });
    const spec = { link: 'eth0', mac, vlanId: 1 };
    const { changed, value } = await driver.ensureForwardingEntry(spec);
    expect([changed, value]).toEqual([true, { ...spec, origin: 'static', bridge: 'br0' }]);
    expect(shown()).toEqual([{ mac, ifname: 'eth0', vlan: 1, flags: [], master: 'br0', state: 'static' }]);
    expect((await driver.ensureForwardingEntry(spec)).changed).toBe(false);
    expect(await driver.deleteForwardingEntry({ link: 'eth0', mac })).toBe(false);
    expect(await driver.deleteForwardingEntry(spec)).toBe(true);
    expect(shown()).toEqual([]);
    // The port is in VLAN 1 alone.
    await expect(driver.ensureForwardingEntry({ ...spec, vlanId: 7 })).rejects.toMatchObject({
      errno: 'EINVAL',
    });
  });
});
