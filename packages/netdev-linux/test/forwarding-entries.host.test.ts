import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ipAll, sh, testNamespace } from './host.js';

const namespace = testNamespace('forwarding');
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(() => driver.close());
beforeEach(async () => {
  for (const link of await driver.listLinks())
    if (link.kind !== 'loopback') await driver.deleteLink(link.name);
  ipAll(
    namespace,
    `link add name br0 type bridge
     link add name a type veth peer name b
     link set dev a master br0
     link set dev b master br0
     link add name vx0 type vxlan id 42 dstport 4789`,
  );
});

function bridge(line: string): void {
  sh('bridge', '-n', namespace, ...line.split(' '));
}

/** What bridge(8) shows for one address. */
function shown(mac: string): unknown[] {
  const all = JSON.parse(sh('bridge', '-n', namespace, '-json', 'fdb', 'show')) as { mac: string }[];
  return all.filter((entry) => entry.mac === mac);
}

const mac = '02:00:00:00:00:09';

describe('of a bridge', () => {
  it('an entry that the driver sets is one to bridge(8), moves and goes', async () => {
    await driver.ensureForwardingEntry({ link: 'a', mac });
    expect(shown(mac)).toEqual([{ mac, ifname: 'a', flags: [], master: 'br0', state: 'static' }]);
    expect((await driver.ensureForwardingEntry({ link: 'b', mac })).changed).toBe(true);
    expect(shown(mac)).toEqual([{ mac, ifname: 'b', flags: [], master: 'br0', state: 'static' }]);
    expect(await driver.deleteForwardingEntry({ link: 'b', mac })).toBe(true);
    expect(shown(mac)).toEqual([]);
  });

  it('entries that bridge(8) sets are shown, and one of the host is set to stay behind its port', async () => {
    bridge(`fdb add ${mac} dev a master static`);
    bridge('fdb add 02:00:00:00:00:0a dev b master local');
    const entries = await driver.listForwardingEntries({ bridge: 'br0' });
    expect(entries).toEqual(
      expect.arrayContaining([
        { link: 'a', mac, origin: 'static', bridge: 'br0' },
        { link: 'b', mac: '02:00:00:00:00:0a', origin: 'local', bridge: 'br0' },
        { link: 'b', mac: (await driver.getLink('b')).mac, origin: 'local', bridge: 'br0' },
      ]),
    );
    expect(entries.every((entry) => entry.bridge === 'br0')).toBe(true);
    // What a device lets in for itself forwards nothing.
    expect((await driver.listForwardingEntries()).filter((entry) => entry.mac.startsWith('33:33'))).toEqual(
      [],
    );
    await driver.ensureForwardingEntry({ link: 'b', mac: '02:00:00:00:00:0a' });
    expect(shown('02:00:00:00:00:0a')).toMatchObject([{ ifname: 'b', state: 'static' }]);
  });

  it('an address that was learned is shown as such', async () => {
    ipAll(namespace, 'link set dev br0 up');
    ipAll(namespace, 'link add name c type veth peer name d');
    ipAll(namespace, 'link set dev c master br0\nlink set dev c up\nlink set dev d up');
    const { mac: sender } = await driver.getLink('d');
    await driver.ensureAddress({ link: 'd', cidr: '192.0.2.7/24' });
    await driver.updateLink('br0', { bridge: { forwardDelay: 0 } });
    await driver.announceAddress('d', '192.0.2.7');
    expect(await driver.listForwardingEntries({ link: 'c' })).toContainEqual({
      ...{ link: 'c', mac: sender, origin: 'learned', bridge: 'br0' },
    });
  });
});

describe('of a vxlan', () => {
  it('entries that the driver sets are those to bridge(8)', async () => {
    const unlisted = { link: 'vx0', mac: '00:00:00:00:00:00' };
    await driver.ensureForwardingEntry({ ...unlisted, remote: '192.0.2.7' });
    await driver.ensureForwardingEntry({ ...unlisted, remote: '192.0.2.8' });
    await driver.ensureForwardingEntry({ link: 'vx0', mac, remote: '192.0.2.7' });
    await driver.ensureForwardingEntry({ link: 'vx0', mac, remote: '192.0.2.9', port: 8472, vni: 7 });
    const self = { ifname: 'vx0', flags: ['self'], state: 'permanent' };
    expect(shown(unlisted.mac)).toEqual([
      { mac: unlisted.mac, dst: '192.0.2.7', ...self },
      { mac: unlisted.mac, dst: '192.0.2.8', ...self },
    ]);
    expect(shown(mac)).toEqual([{ mac, dst: '192.0.2.9', port: 8472, vni: 7, ...self }]);
    await driver.deleteForwardingEntry({ ...unlisted, remote: '192.0.2.7' });
    expect(shown(unlisted.mac)).toEqual([{ mac: unlisted.mac, dst: '192.0.2.8', ...self }]);
  });

  it('entries that bridge(8) sets are shown, also of one that is a port', async () => {
    ipAll(namespace, 'link set dev vx0 master br0');
    bridge(`fdb add ${mac} dev vx0 dst 192.0.2.7 port 8472 self permanent`);
    bridge('fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.8 self permanent');
    bridge(`fdb add ${mac} dev vx0 master static`);
    const entries = await driver.listForwardingEntries({ link: 'vx0' });
    expect(entries.filter(({ origin }) => origin === 'static')).toEqual([
      { link: 'vx0', mac, origin: 'static', bridge: 'br0' },
      expect.objectContaining({ link: 'vx0', remote: expect.any(String) }),
      expect.objectContaining({ link: 'vx0', remote: expect.any(String) }),
    ]);
    expect(entries).toContainEqual({ link: 'vx0', mac, origin: 'static', remote: '192.0.2.7', port: 8472 });
  });

  it('a remote is refused by what is no vxlan, and nothing gets into its filter', async () => {
    const spec = { link: 'a', mac, remote: '192.0.2.7' };
    await expect(driver.ensureForwardingEntry(spec)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(shown(mac)).toEqual([]);
  });
});
