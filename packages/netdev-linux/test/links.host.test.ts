import { execFileSync } from 'node:child_process';
import {
  DeviceExistsError,
  DeviceNotFoundError,
  type NetDevDriver,
  type NetDevOperation,
  UnsupportedError,
} from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ipAll, ipJson, sh, shownLink, testNamespace } from './host.js';

const namespace = testNamespace('links');
const operations: NetDevOperation[] = [];
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation) => operations.push(operation),
  });
});
afterAll(() => driver.close());
afterEach(async () => {
  for (const link of await driver.listLinks())
    if (link.kind !== 'loopback') await driver.deleteLink(link.name);
  operations.length = 0;
});

describe('a bridge', () => {
  it('is made as asked for', async () => {
    const link = await driver.createLink({
      kind: 'bridge',
      name: 'br0',
      forwardDelay: 4,
      stp: true,
      ageingTime: 20,
      multicastSnooping: false,
      mac: '02:00:00:00:00:01',
      mtu: 1400,
      alias: 'näher "an" der $Welt',
      up: true,
      promiscuous: true,
    });
    const shown = shownLink(namespace, 'br0');
    expect(shown).toMatchObject({ address: '02:00:00:00:00:01', mtu: 1400, ifalias: 'näher "an" der $Welt' });
    expect(shown.flags).toEqual(expect.arrayContaining(['UP', 'PROMISC']));
    expect(shown.linkinfo.info_data).toMatchObject({
      forward_delay: 400,
      stp_state: 1,
      ageing_time: 2000,
      mcast_snooping: 0,
    });
    expect(link).toMatchObject({
      index: shown.ifindex,
      kind: 'bridge',
      mac: '02:00:00:00:00:01',
      up: true,
      bridge: { forwardDelay: 4, stp: true, ageingTime: 20, vlanFiltering: false, multicastSnooping: false },
    });
    expect(link.flags.has('promiscuous')).toBe(true);
    expect(operations.map((operation) => operation.do)).toEqual(['create-link']);
  });

  it('is refused a second time, and left as it was', async () => {
    await driver.createLink({ kind: 'bridge', name: 'br0', mtu: 1400 });
    const again = driver.createLink({ kind: 'bridge', name: 'br0', mtu: 1300 });
    await expect(again).rejects.toThrow(DeviceExistsError);
    await expect(again).rejects.toMatchObject({ errno: 'EEXIST', operation: 'create bridge', object: 'br0' });
    expect(shownLink(namespace, 'br0').mtu).toBe(1400);
  });

  it('converges, and then nothing is written', async () => {
    const spec = { kind: 'bridge', name: 'br0', forwardDelay: 0, stp: false, up: true, mtu: 1400 } as const;
    expect((await driver.ensureLink(spec)).changed).toBe(true);
    operations.length = 0;
    expect((await driver.ensureLink(spec)).changed).toBe(false);
    expect(operations).toEqual([]);
    ipAll(namespace, 'link set br0 down\n link set br0 type bridge forward_delay 300');
    const { changed, value } = await driver.ensureLink(spec);
    expect([changed, value.up, value.bridge?.forwardDelay, value.mtu]).toEqual([true, true, 0, 1400]);
    expect(operations).toEqual([
      { do: 'update-link', name: 'br0', changes: { up: true, bridge: { forwardDelay: 0 } } },
    ]);
  });

  it('leaves the spanning tree and loses its delay in one change', async () => {
    await driver.createLink({ kind: 'bridge', name: 'br0', stp: true, forwardDelay: 15 });
    const { value } = await driver.updateLink('br0', { bridge: { stp: false, forwardDelay: 0 } });
    expect(value.bridge).toMatchObject({ stp: false, forwardDelay: 0 });
    await expect(driver.updateLink('br0', { bridge: { stp: true } })).resolves.toMatchObject({
      changed: true,
    });
  });

  it('is not put in the place of a device of another kind', async () => {
    ipAll(namespace, 'tuntap add br0 mode tap');
    await expect(driver.ensureLink({ kind: 'bridge', name: 'br0' })).rejects.toThrow(/is there as tap/);
    expect(shownLink(namespace, 'br0').linkinfo.info_kind).toBe('tun');
  });

  it('takes ports and lets them go', async () => {
    await driver.createLink({ kind: 'bridge', name: 'br0' });
    await driver.createLink({ kind: 'veth', name: 'a', master: 'br0', peer: { name: 'b' } });
    expect(shownLink(namespace, 'a').master).toBe('br0');
    expect((await driver.getLink('a')).master).toBe('br0');
    expect((await driver.listLinks({ master: 'br0' })).map(({ name }) => name)).toEqual(['a']);
    expect((await driver.updateLink('a', { master: null })).changed).toBe(true);
    expect(shownLink(namespace, 'a').master).toBeUndefined();
    expect((await driver.updateLink('a', { master: null })).changed).toBe(false);
  });

  it('has ports that are isolated, and do not learn or flood, as bridge(8) shows it and sets it', async () => {
    await driver.createLink({ kind: 'bridge', name: 'br0' });
    const spec = { kind: 'veth', name: 'a', master: 'br0', peer: { name: 'b' } } as const;
    await driver.createLink({ ...spec, isolated: true, learning: false, flood: false, hairpin: true });
    const shown = () => JSON.parse(sh('bridge', '-n', namespace, '-json', '-details', 'link', 'show'))[0];
    expect(shown()).toMatchObject({ isolated: true, learning: false, flood: false, hairpin: true });
    sh('bridge', '-n', namespace, ...'link set dev a isolated off learning on'.split(' '));
    const { port } = await driver.getLink('a');
    expect(port).toMatchObject({ hairpin: true, isolated: false, learning: true, flood: false });
    operations.length = 0;
    expect((await driver.ensureLink({ ...spec, isolated: true, flood: false })).changed).toBe(true);
    expect(operations).toEqual([{ do: 'update-link', name: 'a', changes: { isolated: true } }]);
    expect(shown()).toMatchObject({ isolated: true, learning: true, flood: false });
  });

  it('filters VLANs where the kernel can, and says beforehand where not', async () => {
    const spec = { kind: 'bridge', name: 'br0', vlanFiltering: true } as const;
    if (driver.capabilities.has('vlan-filtering')) {
      await driver.createLink(spec);
      expect(shownLink(namespace, 'br0').linkinfo.info_data.vlan_filtering).toBe(1);
    } else {
      await expect(driver.createLink(spec)).rejects.toThrow(UnsupportedError);
      await driver.createLink({ ...spec, vlanFiltering: false });
      expect(shownLink(namespace, 'br0').linkinfo.info_data.vlan_filtering).toBe(0);
      expect(() => ipAll(namespace, 'link set dev br0 type bridge vlan_filtering 1')).toThrow();
    }
  });

  it('keeps the address it was given, even one that it had from a port', async () => {
    await driver.createLink({ kind: 'bridge', name: 'br0' });
    await driver.createLink({
      kind: 'veth',
      name: 'a',
      mac: '02:00:00:00:00:0a',
      master: 'br0',
      peer: { name: 'b' },
    });
    expect((await driver.getLink('br0')).mac).toBe('02:00:00:00:00:0a');
    expect((await driver.updateLink('br0', { mac: '02:00:00:00:00:0a' })).changed).toBe(false);
    await driver.updateLink('a', { master: null });
    await driver.createLink({
      kind: 'veth',
      name: 'c',
      mac: '02:00:00:00:00:01',
      master: 'br0',
      peer: { name: 'd' },
    });
    expect(shownLink(namespace, 'br0').address).toBe('02:00:00:00:00:0a');
  });
});

describe('a tap', () => {
  it('stays, for its owner, with several queues', async () => {
    const link = await driver.createLink({
      ...({ kind: 'tap', name: 'tap0' } as const),
      ...{ multiQueue: true, owner: 1000, group: 1001, mac: '02:00:00:00:00:09', mtu: 1300, up: true },
    });
    expect(link).toMatchObject({
      kind: 'tap',
      tap: { multiQueue: true, persistent: true, owner: 1000, group: 1001 },
    });
    const shown = shownLink(namespace, 'tap0');
    expect(shown).toMatchObject({ address: '02:00:00:00:00:09', mtu: 1300 });
    expect(shown.linkinfo.info_data).toMatchObject({
      type: 'tap',
      persist: true,
      multi_queue: true,
      pi: false,
      group: 1001,
    });
  });

  it('has one queue and no owner unless asked', async () => {
    await driver.createLink({ kind: 'tap', name: 'tap0' });
    const { info_data: shown } = shownLink(namespace, 'tap0').linkinfo;
    expect(shown).toMatchObject({ type: 'tap', multi_queue: false });
    expect(shown.user).toBeUndefined();
    expect((await driver.ensureLink({ kind: 'tap', name: 'tap0', multiQueue: false })).changed).toBe(false);
    await expect(driver.ensureLink({ kind: 'tap', name: 'tap0', multiQueue: true })).rejects.toThrow(
      DeviceExistsError,
    );
  });

  it('is not taken over from a bridge of its name', async () => {
    await driver.createLink({ kind: 'bridge', name: 'x' });
    await expect(driver.createLink({ kind: 'tap', name: 'x' })).rejects.toThrow(DeviceExistsError);
  });

  it('is gone again when the rest of its making fails', async () => {
    await driver.createLink({ kind: 'veth', name: 'a', peer: { name: 'b' } });
    await expect(driver.createLink({ kind: 'tap', name: 'tap0', master: 'a' })).rejects.toMatchObject({
      errno: 'EOPNOTSUPP',
    });
    await expect(driver.createLink({ kind: 'tap', name: 'tap1', mtu: 65536 })).rejects.toMatchObject({
      errno: 'EINVAL',
      detail: expect.stringContaining('mtu greater than device maximum'),
    });
    expect(
      ipJson(namespace, 'link', 'show')
        .map(({ ifname }) => ifname)
        .sort(),
    ).toEqual(['a', 'b', 'lo']);
    expect(operations.map((operation) => operation.do)).toEqual(['create-link']);
  });
});

describe('a pair', () => {
  it('has both ends as asked for', async () => {
    const link = await driver.createLink({
      ...({ kind: 'veth', name: 'a', mac: '02:00:00:00:00:0a', mtu: 1400, up: true } as const),
      peer: { name: 'b', mac: '02:00:00:00:00:0b', mtu: 1300, up: true },
    });
    expect(link).toMatchObject({ kind: 'veth', parent: 'b', operState: 'up' });
    expect(shownLink(namespace, 'a')).toMatchObject({ address: '02:00:00:00:00:0a', mtu: 1400, link: 'b' });
    expect(shownLink(namespace, 'b')).toMatchObject({
      address: '02:00:00:00:00:0b',
      mtu: 1300,
      operstate: 'UP',
    });
  });

  it('has its other end in another namespace', async () => {
    sh('ip', 'netns', 'add', 'links-far');
    try {
      const spec = {
        ...({ kind: 'veth', name: 'a', up: true } as const),
        peer: { name: 'eth0', mac: '02:00:00:00:00:0b', up: true, namespace: { name: 'links-far' } },
      };
      const link = await driver.createLink(spec);
      expect(link.parent).toBeUndefined();
      expect(shownLink('links-far', 'eth0')).toMatchObject({ address: '02:00:00:00:00:0b', operstate: 'UP' });
      expect(shownLink(namespace, 'eth0')).toBeUndefined();
      expect((await driver.ensureLink(spec)).changed).toBe(false);
      sh('ip', '-n', 'links-far', 'link', 'set', 'eth0', 'down');
      expect((await driver.ensureLink(spec)).changed).toBe(true);
      expect(shownLink('links-far', 'eth0').flags).toContain('UP');
    } finally {
      sh('ip', 'netns', 'delete', 'links-far');
    }
  });

  it('is not made when the namespace of its other end is missing', async () => {
    const made = driver.createLink({
      kind: 'veth',
      name: 'a',
      peer: { name: 'b', namespace: { name: 'absent' } },
    });
    await expect(made).rejects.toMatchObject({ errno: 'ENOENT', code: 'PLATFORM' });
    expect(await driver.linkExists('a')).toBe(false);
  });

  it('is not made when the name of its other end is taken', async () => {
    await driver.createLink({ kind: 'bridge', name: 'b' });
    await expect(driver.createLink({ kind: 'veth', name: 'a', peer: { name: 'b' } })).rejects.toThrow(
      DeviceExistsError,
    );
    expect(await driver.linkExists('a')).toBe(false);
  });

  it('goes as a whole', async () => {
    await driver.createLink({ kind: 'veth', name: 'a', peer: { name: 'b' } });
    expect(await driver.deleteLink('b')).toBe(true);
    expect(await driver.deleteLink('a')).toBe(false);
    expect(shownLink(namespace, 'a')).toBeUndefined();
  });
});

describe('kinds that a kernel may lack', () => {
  it.each([
    { kind: 'vlan', name: 'a.7', parent: 'a', vlanId: 7 },
    { kind: 'dummy', name: 'd0' },
  ] as const)('$kind is made, or said beforehand to be missing', async (spec) => {
    await driver.createLink({ kind: 'veth', name: 'a', peer: { name: 'b' } });
    if (driver.capabilities.has(spec.kind)) {
      const link = await driver.createLink(spec);
      expect(link.kind).toBe(spec.kind);
      expect(shownLink(namespace, spec.name).linkinfo.info_kind).toBe(spec.kind);
    } else {
      await expect(driver.createLink(spec)).rejects.toThrow(UnsupportedError);
      await expect(driver.createLink(spec)).rejects.toThrow(/Unknown device type.*built without it/);
      expect(shownLink(namespace, spec.name)).toBeUndefined();
    }
  });

  it('are told right', () => {
    // What iproute2 gets from this kernel, asked in the namespace that is thrown away.
    for (const kind of ['bridge', 'dummy'] as const) {
      const possible = (() => {
        try {
          sh('ip', '-n', namespace, 'link', 'add', 'probe', 'type', kind);
          return true;
        } catch {
          return false;
        }
      })();
      expect([kind, driver.capabilities.has(kind)]).toEqual([kind, possible]);
      if (possible) sh('ip', '-n', namespace, 'link', 'delete', 'probe');
    }
    expect([...driver.capabilities]).toEqual(
      expect.arrayContaining(['bridge', 'veth', 'tap', 'namespaces', 'watch']),
    );
  });
});

describe('a change', () => {
  it('writes what differs, and tells it', async () => {
    await driver.createLink({ kind: 'veth', name: 'a', peer: { name: 'b' } });
    operations.length = 0;
    const { changed, value } = await driver.updateLink('a', {
      mtu: 1280,
      up: true,
      allMulticast: true,
      alias: 'x',
    });
    expect(changed).toBe(true);
    expect(value).toMatchObject({ mtu: 1280, up: true, alias: 'x' });
    expect(shownLink(namespace, 'a').flags).toEqual(expect.arrayContaining(['UP', 'ALLMULTI']));
    await driver.updateLink('a', { mtu: 1280, alias: '' });
    expect(shownLink(namespace, 'a').ifalias).toBeUndefined();
    expect(operations).toEqual([
      { do: 'update-link', name: 'a', changes: { up: true, mtu: 1280, allMulticast: true, alias: 'x' } },
      { do: 'update-link', name: 'a', changes: { alias: '' } },
    ]);
  });

  it('gives a new name', async () => {
    await driver.createLink({ kind: 'bridge', name: 'old' });
    expect((await driver.updateLink('old', { name: 'new' })).value.name).toBe('new');
    expect(await driver.linkExists('old')).toBe(false);
  });

  it('of what is not there is an error that names it', async () => {
    for (const attempt of [driver.updateLink('absent', { up: true }), driver.getLink('absent')]) {
      await expect(attempt).rejects.toThrow(DeviceNotFoundError);
      await expect(attempt).rejects.toMatchObject({ object: 'absent' });
    }
    await expect(driver.createLink({ kind: 'bridge', name: 'br0', master: 'absent' })).rejects.toThrow(
      /no device absent/,
    );
    expect(await driver.linkExists('br0')).toBe(false);
  });

  it.each(['', '-x', 'a b', 'a\nb', 'a/b', 'x'.repeat(128), '..'])('takes no name like %j', async (name) => {
    await expect(driver.createLink({ kind: 'bridge', name })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(driver.getLink(name)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(driver.deleteLink(name)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('that was called off before is not made', async () => {
    const signal = AbortSignal.abort();
    await expect(driver.createLink({ kind: 'bridge', name: 'br0' }, { signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(await driver.linkExists('br0')).toBe(false);
  });
});

it('lists more links than fit one answer', async () => {
  const names = Array.from({ length: 100 }, (_, count) => [`a${count}`, `b${count}`] as const);
  batch(names.map(([a, b]) => `link add ${a} type veth peer name ${b}`));
  const links = await driver.listLinks();
  expect(links.map(({ index, name }) => [index, name])).toEqual(
    ipJson(namespace, 'link', 'show').map(({ ifindex, ifname }) => [ifindex, ifname]),
  );
  expect(links).toHaveLength(201);
  expect(links.find(({ name }) => name === 'a77')?.parent).toBe('b77');
});

function batch(lines: readonly string[]): void {
  execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: lines.join('\n') });
}
