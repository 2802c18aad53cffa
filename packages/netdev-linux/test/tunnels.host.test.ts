import { DeviceExistsError, DeviceNotFoundError, type LinkSpec, type NetDevDriver } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { driverForTests, ipAll, ipJson, sh, shownLink, testNamespace } from './host.js';

const namespace = testNamespace('tunnels');
let driver: NetDevDriver;
driverForTests(namespace, (made) => {
  driver = made;
});

const pair = 'link add name a type veth peer name b';

describe('made by the driver and shown by iproute2', () => {
  it.each<[LinkSpec, object]>([
    [
      { kind: 'vxlan', name: 'x', vni: 42, local: '192.0.2.1', remote: '192.0.2.2', port: 8472 },
      { id: 42, local: '192.0.2.1', remote: '192.0.2.2', port: 8472, learning: true },
    ],
    [
      { kind: 'vxlan', name: 'x', vni: 43, group: '239.1.1.1', parent: 'a', learnRemotes: false },
      { id: 43, group: '239.1.1.1', link: 'a', port: 4789, learning: false },
    ],
    [
      { kind: 'vxlan', name: 'x', vni: 44, local: '2001:db8::1', remote: '2001:db8::2' },
      { id: 44, local6: '2001:db8::1', remote6: '2001:db8::2', port: 4789 },
    ],
    [
      { kind: 'vxlan', name: 'x', vni: 45, group: 'ff05::100', parent: 'a' },
      { id: 45, group6: 'ff05::100', link: 'a' },
    ],
    [
      {
        ...{ kind: 'vxlan', name: 'x', vni: 46, remote: '192.0.2.2', ttl: 9, tos: 32, ageingTime: 17 },
        ...{ udpChecksum: false, sourcePorts: { first: 50_000, last: 50_999 } },
      },
      {
        ...{ id: 46, ttl: 9, tos: '0x20', ageing: 17, udp_csum: false },
        port_range: { low: 50_000, high: 50_999 },
      },
    ],
    [
      {
        ...{ kind: 'vxlan', name: 'x', vni: 48, remote: '192.0.2.2', dontFragment: 'set', maxAddresses: 7 },
        ...{ proxy: true, routeShortCircuit: true, l2Miss: true, l3Miss: true, groupPolicy: true },
      },
      { proxy: true, rsc: true, l2miss: true, l3miss: true, gbp: true, limit: 7, df: 'set' },
    ],
    [
      { kind: 'vxlan', name: 'x', vni: 0, external: true },
      { external: true, learning: false },
    ],
    [{ kind: 'vxlan', name: 'x', vni: 49, remote: '2001:db8::2', flowLabel: 0x1_2345 }, { label: '0x12345' }],
    [
      { kind: 'vxlan', name: 'x', vni: 47, remote: '2001:db8::2', udpChecksum: false },
      { udp_zero_csum6_tx: true, udp_zero_csum6_rx: true },
    ],
    [
      { kind: 'macvlan', name: 'x', parent: 'a', mode: 'source', sources: ['02:00:5e:10:00:02'] },
      { mode: 'source', macaddr_count: 1, macaddr_data: ['02:00:5e:10:00:02'] },
    ],
    [
      { kind: 'macvlan', name: 'x', parent: 'a', mode: 'passthru', nopromisc: true },
      { mode: 'passthru', nopromisc: true },
    ],
    [{ kind: 'macvlan', name: 'x', parent: 'a' }, { mode: 'bridge' }],
    [{ kind: 'macvlan', name: 'x', parent: 'a', mode: 'private' }, { mode: 'private' }],
    [{ kind: 'macvlan', name: 'x', parent: 'a', mode: 'passthru' }, { mode: 'passthru' }],
    [{ kind: 'macvtap', name: 'x', parent: 'a', mode: 'vepa' }, { mode: 'vepa' }],
  ])('%j', async (spec, data) => {
    ipAll(namespace, pair);
    const settings = { mtu: 1300, alias: 'far away', up: true };
    const { changed, value } = await driver.ensureLink({ ...spec, ...settings });
    expect([changed, value.kind, value.mtu, value.up]).toEqual([true, spec.kind, 1300, true]);
    const shown = shownLink(namespace, 'x');
    expect(shown).toMatchObject({ mtu: 1300, ifalias: 'far away' });
    expect(shown.linkinfo).toMatchObject({ info_kind: spec.kind, info_data: data });
    expect((await driver.ensureLink({ ...spec, ...settings })).changed).toBe(false);
  });

  it('a vxlan with the ttl of what it carries, which iproute2 says in words alone', async () => {
    const spec = { kind: 'vxlan', name: 'x', vni: 51, remote: '192.0.2.2', ttlInherit: true } as const;
    await driver.createLink(spec);
    expect(sh('ip', '-n', namespace, '-details', 'link', 'show', 'x')).toContain(' ttl inherit ');
    expect((await driver.ensureLink(spec)).changed).toBe(false);
  });

  it('a tun, for its group, with several queues and no MAC address', async () => {
    const spec = { kind: 'tun', name: 'x', group: 1001, multiQueue: true, mtu: 1300, up: true } as const;
    const link = await driver.createLink(spec);
    expect(link.mac).toBeUndefined();
    const shown = shownLink(namespace, 'x');
    expect(shown).toMatchObject({ link_type: 'none', mtu: 1300 });
    const data = { type: 'tun', persist: true, multi_queue: true, pi: false, group: 1001 };
    expect(shown.linkinfo.info_data).toMatchObject(data);
    expect((await driver.ensureLink(spec)).changed).toBe(false);
  });
});

describe('made by iproute2 and shown by the driver', () => {
  it.each<[string, object]>([
    [
      'link add x type vxlan id 42 local 192.0.2.1 remote 192.0.2.2 dstport 4789 nolearning',
      {
        kind: 'vxlan',
        vxlan: { vni: 42, local: '192.0.2.1', remote: '192.0.2.2', port: 4789, learnRemotes: false },
      },
    ],
    [
      'link add x type vxlan id 42 group ff05::100 dev a dstport 8472',
      { kind: 'vxlan', parent: 'a', vxlan: { vni: 42, group: 'ff05::100', port: 8472, learnRemotes: true } },
    ],
    [
      'link add x type vxlan id 42 remote 192.0.2.2 dstport 4789 ttl 9 tos 0x20 ageing 17 noudpcsum srcport 50000 50999',
      {
        vxlan: {
          ...{ ttl: 9, tos: 32, ageingTime: 17, udpChecksum: false },
          sourcePorts: { first: 50_000, last: 50_999 },
        },
      },
    ],
    [
      'link add x type vxlan id 42 dstport 4789 proxy rsc l2miss l3miss gbp maxaddress 7 df inherit',
      {
        vxlan: {
          ...{ proxy: true, routeShortCircuit: true, l2Miss: true, l3Miss: true, groupPolicy: true },
          ...{ maxAddresses: 7, dontFragment: 'inherit' },
        },
      },
    ],
    [
      'link add x type vxlan id 42 remote 192.0.2.2 dstport 4789 ttl inherit',
      { vxlan: { vni: 42, ttlInherit: true, external: false } },
    ],
    [
      'link add x type vxlan external dstport 4789',
      { vxlan: { vni: 0, ttlInherit: false, external: true, learnRemotes: false } },
    ],
    [
      'link add x type vxlan id 42 remote 2001:db8::2 dstport 4789 flowlabel 0x12345',
      { vxlan: { flowLabel: 0x1_2345, dontFragment: 'unset', l2Miss: false, groupPolicy: false } },
    ],
    [
      'link add x type vxlan id 42 remote 2001:db8::2 dstport 4789 udp6zerocsumtx',
      { vxlan: { remote: '2001:db8::2', udpChecksum: false } },
    ],
    [
      'link add link a name x type macvlan mode source\nlink set x type macvlan macaddr set 02:00:5e:10:00:02 02:00:5e:10:00:01',
      { macvlan: { mode: 'source', sources: ['02:00:5e:10:00:01', '02:00:5e:10:00:02'] } },
    ],
    [
      'link add link a name x type macvlan mode passthru nopromisc',
      { macvlan: { mode: 'passthru', nopromisc: true } },
    ],
    ['link add link a name x type macvlan', { kind: 'macvlan', parent: 'a', macvlan: { mode: 'vepa' } }],
    [
      'link add link a name x type macvtap mode source',
      { kind: 'macvtap', parent: 'a', macvlan: { mode: 'source', sources: [] } },
    ],
    [
      'tuntap add x mode tun user 1000',
      { kind: 'tun', tap: { multiQueue: false, persistent: true, owner: 1000 } },
    ],
  ])('%s', async (line, shown) => {
    ipAll(namespace, `${pair}\n${line}`);
    const link = await driver.getLink('x');
    expect(link).toMatchObject(shown);
    expect((await driver.listLinks()).find(({ name }) => name === 'x')).toMatchObject(shown);
  });
});

describe('changed in place', () => {
  it('a vxlan: its hosts, parent, times and learning, to what iproute2 shows', async () => {
    ipAll(namespace, pair);
    const spec = { kind: 'vxlan', name: 'x', vni: 42, up: true } as const;
    await driver.createLink({ ...spec, local: '192.0.2.1', remote: '192.0.2.2' });
    const { ifindex } = shownLink(namespace, 'x');
    const wanted = {
      ...{ local: '192.0.2.3', parent: 'a', learnRemotes: false, ttl: 3, tos: 1, ageingTime: 7 },
      dontFragment: 'inherit',
    } as const;
    expect((await driver.ensureLink({ ...spec, ...wanted, group: '239.1.1.1' })).changed).toBe(true);
    const shown = shownLink(namespace, 'x');
    expect(shown.ifindex).toBe(ifindex);
    const data = {
      id: 42,
      local: '192.0.2.3',
      group: '239.1.1.1',
      link: 'a',
      learning: false,
      ttl: 3,
      ageing: 7,
      df: 'inherit',
    };
    expect(shown.linkinfo.info_data).toMatchObject({ ...data, tos: '0x1' });
    expect(shown.linkinfo.info_data.remote).toBeUndefined();
  });

  it('a vxlan: what the kernel does not change is refused in its words, and nothing is changed', async () => {
    await driver.createLink({ kind: 'vxlan', name: 'x', vni: 42, remote: '192.0.2.2' });
    const before = shownLink(namespace, 'x');
    await expect(driver.updateLink('x', { vxlan: { remote: '2001:db8::2' } })).rejects.toThrow(/family/);
    await expect(driver.ensureLink({ kind: 'vxlan', name: 'x', vni: 43 })).rejects.toThrow(/network 42/);
    await expect(driver.updateLink('lo', { vxlan: { ttl: 1 } })).rejects.toThrow();
    expect(shownLink(namespace, 'x')).toEqual(before);
  });

  it.each(['macvlan', 'macvtap'] as const)('a %s: its mode and the addresses it lets in', async (kind) => {
    ipAll(namespace, pair);
    await driver.createLink({ kind, name: 'x', parent: 'a' });
    const sources = ['02:00:5e:10:00:02', '02:00:5e:10:00:01'];
    await driver.ensureLink({ kind, name: 'x', parent: 'a', mode: 'source', sources });
    const { info_data } = shownLink(namespace, 'x').linkinfo;
    expect(info_data).toMatchObject({ mode: 'source', macaddr_count: 2 });
    expect([...info_data.macaddr_data].sort()).toEqual([...sources].sort());
    await driver.updateLink('x', { macvlan: { mode: 'private' } });
    expect(shownLink(namespace, 'x').linkinfo.info_data).toMatchObject({ mode: 'private' });
    await expect(driver.updateLink('x', { macvlan: { mode: 'passthru' } })).rejects.toThrow(/EINVAL/);
  });

  it('in a batch that fails, a vxlan and a macvlan get their settings of before back', async () => {
    ipAll(namespace, pair);
    await driver.createLink({ kind: 'vxlan', name: 'x', vni: 42, remote: '192.0.2.2' });
    await driver.createLink({ kind: 'macvlan', name: 'm', parent: 'a', mode: 'private' });
    const before = [shownLink(namespace, 'x'), shownLink(namespace, 'm')];
    const batch = driver.batch([
      { do: 'update-link', name: 'x', changes: { vxlan: { ttl: 5, remote: '192.0.2.9' } } },
      { do: 'update-link', name: 'm', changes: { macvlan: { mode: 'vepa' } } },
      { do: 'update-link', name: 'absent', changes: { up: true } },
    ]);
    await expect(batch).rejects.toThrow();
    expect([shownLink(namespace, 'x'), shownLink(namespace, 'm')]).toEqual(before);
  });
});

it('an ifb is made where the kernel has it, and refused beforehand as told where it has not', async () => {
  const spec = { kind: 'ifb', name: 'x' } as const;
  if (driver.capabilities.has('ifb')) {
    await driver.createLink(spec);
    expect(shownLink(namespace, 'x').linkinfo.info_kind).toBe('ifb');
  } else {
    await expect(driver.createLink(spec)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(shownLink(namespace, 'x')).toBeUndefined();
  }
});

it('what the kernel has of these is told right', () => {
  ipAll(namespace, pair);
  const lines = {
    vxlan: 'link add x type vxlan id 1 dstport 4789',
    macvlan: 'link add link a name x type macvlan',
    macvtap: 'link add link a name x type macvtap',
    ifb: 'link add x type ifb',
  };
  const possible = Object.entries(lines).map(([kind, line]) => {
    try {
      ipAll(namespace, line);
    } catch {
      return [kind, false];
    }
    sh('ip', '-n', namespace, 'link', 'delete', 'x');
    return [kind, true];
  });
  expect(Object.keys(lines).map((kind) => [kind, driver.capabilities.has(kind as 'ifb')])).toEqual(possible);
});

it('refusals say what there is already or what is missing, and leave nothing', async () => {
  ipAll(namespace, pair);
  await driver.createLink({ kind: 'vxlan', name: 'one', vni: 7 });
  await expect(driver.createLink({ kind: 'vxlan', name: 'x', vni: 7 })).rejects.toThrow(DeviceExistsError);
  await expect(driver.createLink({ kind: 'macvlan', name: 'x', parent: 'none' })).rejects.toThrow(
    DeviceNotFoundError,
  );
  await driver.createLink({ kind: 'macvlan', name: 'only', parent: 'a', mode: 'passthru' });
  await expect(driver.createLink({ kind: 'macvlan', name: 'x', parent: 'a' })).rejects.toMatchObject({
    errno: 'EINVAL',
  });
  expect(shownLink(namespace, 'x')).toBeUndefined();
  expect(ipJson(namespace, 'link', 'show')).toHaveLength(5);
});
