import assert from 'node:assert/strict';
import type { MacvlanSpec, VxlanSpec } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink, snapshot } from './fixtures.js';

export const tuns: NetDevDemand[] = [
  {
    name: 'a tun stays when no process has it open, has no MAC address, and belongs to whom is given',
    needs: ['tun'],
    async run({ driver }) {
      await driver.createLink({ kind: 'tun', name: 'cftun0', owner: 0, group: 0, up: true });
      const { kind, mac, up, tap } = await driver.getLink('cftun0');
      assert.deepEqual([kind, mac, up], ['tun', undefined, true]);
      assert.deepEqual(tap, { multiQueue: false, persistent: true, owner: 0, group: 0 });
    },
  },
  {
    name: 'a tun is no tap: ensureLink takes neither for the other (DeviceExistsError)',
    needs: ['tun', 'tap'],
    async run({ driver }) {
      await driver.createLink({ kind: 'tun', name: 'cftun0' });
      assert.equal((await driver.ensureLink({ kind: 'tun', name: 'cftun0' })).changed, false);
      await rejection(driver.ensureLink({ kind: 'tap', name: 'cftun0' }), 'DEVICE_EXISTS');
    },
  },
  {
    name: 'a tun has several queues when asked for',
    needs: ['tun', 'multiqueue'],
    async run({ driver }) {
      const { tap } = await driver.createLink({ kind: 'tun', name: 'cftun0', multiQueue: true });
      assert.equal(tap?.multiQueue, true);
    },
  },
];

const toOneHost: VxlanSpec = {
  kind: 'vxlan',
  name: 'cfvx0',
  vni: 4097,
  local: '192.0.2.10',
  remote: '192.0.2.77',
  port: 8472,
  learnRemotes: false,
};

/** What a vxlan is that was told nothing else. */
const unlessTold = {
  ...{ port: 4789, learnRemotes: true, ttl: 0, tos: 0, ageingTime: 300, udpChecksum: true },
  ...{ dontFragment: 'unset', flowLabel: 0, proxy: false, routeShortCircuit: false },
  ...{ l2Miss: false, l3Miss: false, groupPolicy: false, ttlInherit: false, external: false },
};

/** What a vxlan is given at its making beside its hosts. */
const atMaking = {
  ...{ proxy: true, routeShortCircuit: true, l2Miss: true, l3Miss: true, groupPolicy: true },
  ...{ ttlInherit: true, maxAddresses: 1000 },
};

export const vxlans: NetDevDemand[] = [
  {
    name: 'a vxlan to one host has the network, addresses and port that are given',
    needs: ['vxlan'],
    async run({ driver }) {
      await driver.createLink(toOneHost);
      const { kind, name, vxlan, parent } = await driver.getLink('cfvx0');
      assert.deepEqual({ kind, name, ...vxlan }, { ...unlessTold, ...toOneHost });
      assert.equal(parent, undefined);
    },
  },
  {
    name: 'a vxlan to a group sends by its parent, to port 4789, and learns, unless told otherwise',
    needs: ['vxlan'],
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.createLink({ kind: 'vxlan', name: 'cfvx0', vni: 5, group: '239.1.1.1', parent: 'cf0' });
      const { vxlan, parent } = await driver.getLink('cfvx0');
      assert.deepEqual(vxlan, { ...unlessTold, vni: 5, group: '239.1.1.1' });
      assert.equal(parent, 'cf0');
    },
  },
  {
    name: 'a vxlan goes over IPv6',
    needs: ['vxlan'],
    async run({ driver }) {
      const addresses = { local: '2001:db8::10', remote: '2001:db8::77' };
      const { vxlan } = await driver.createLink({ kind: 'vxlan', name: 'cfvx0', vni: 5, ...addresses });
      assert.deepEqual(vxlan, { ...unlessTold, vni: 5, ...addresses });
    },
  },
  {
    name: 'a network on a port is taken once: createLink of another vxlan for it fails with DeviceExistsError',
    needs: ['vxlan'],
    async run({ driver }) {
      await driver.createLink({ kind: 'vxlan', name: 'cfvx0', vni: 5 });
      const before = await snapshot(driver);
      await rejection(driver.createLink({ kind: 'vxlan', name: 'cfvx1', vni: 5 }), 'DEVICE_EXISTS');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'ensureLink takes a vxlan of another network, port, source ports or checksum for another device (DeviceExistsError)',
    needs: ['vxlan'],
    async run({ driver }) {
      const spec = { ...toOneHost, sourcePorts: { first: 50_000, last: 50_999 }, udpChecksum: false };
      const { vxlan } = await driver.createLink(spec);
      assert.deepEqual([vxlan?.sourcePorts, vxlan?.udpChecksum], [spec.sourcePorts, false]);
      assert.equal((await driver.ensureLink(spec)).changed, false);
      const before = await snapshot(driver);
      for (const other of [
        { vni: 7 },
        { port: 4789 },
        { udpChecksum: true },
        { sourcePorts: { first: 50_000, last: 51_000 } },
      ])
        await rejection(driver.ensureLink({ ...spec, ...other }), 'DEVICE_EXISTS');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'a vxlan answers for others, tells of what it misses, and learns no more than it is told to, and keeps to that',
    needs: ['vxlan'],
    async run({ driver }) {
      const { vxlan } = await driver.createLink({ ...toOneHost, ...atMaking });
      const { kind, name, ...settings } = toOneHost;
      assert.deepEqual(vxlan, { ...unlessTold, ...settings, ...atMaking });
      assert.equal((await driver.ensureLink({ ...toOneHost, ...atMaking })).changed, false);
      assert.equal((await driver.ensureLink(toOneHost)).changed, false);
      for (const other of [{ proxy: false }, { l2Miss: false }, { ttlInherit: false }, { maxAddresses: 7 }])
        await rejection(driver.ensureLink({ ...toOneHost, ...other }), 'DEVICE_EXISTS');
      assert.deepEqual((await driver.getLink('cfvx0')).vxlan, vxlan);
    },
  },
  {
    name: 'an external vxlan has no network and no host of its own, and stays so',
    needs: ['vxlan'],
    async run({ driver }) {
      const spec: VxlanSpec = { kind: 'vxlan', name: 'cfvx0', vni: 0, external: true };
      const { vxlan } = await driver.createLink(spec);
      const { external, vni, remote, learnRemotes } = vxlan ?? {};
      assert.deepEqual([external, vni, remote, learnRemotes], [true, 0, undefined, false]);
      assert.equal((await driver.ensureLink(spec)).changed, false);
      await rejection(driver.ensureLink({ ...spec, external: false }), 'DEVICE_EXISTS');
      const named = { ...spec, name: 'cfvx1' };
      for (const more of [{ vni: 7 }, { remote: '192.0.2.77' }])
        await rejection(driver.createLink({ ...named, ...more }), 'INVALID_ARGUMENT');
    },
  },
  {
    name: 'packets of a vxlan may be taken apart or not, and have a flow label, as it is told, also later',
    needs: ['vxlan'],
    async run({ driver }) {
      const shown = async () => {
        const { dontFragment, flowLabel } = (await driver.getLink('cfvx0')).vxlan ?? {};
        return [dontFragment, flowLabel];
      };
      const spec: VxlanSpec = { kind: 'vxlan', name: 'cfvx0', vni: 5, remote: '2001:db8::77' };
      await driver.createLink({ ...spec, dontFragment: 'set', flowLabel: 7 });
      assert.deepEqual(await shown(), ['set', 7]);
      assert.equal((await driver.ensureLink({ ...spec, dontFragment: 'inherit' })).changed, true);
      assert.deepEqual(await shown(), ['inherit', 7]);
      assert.equal(
        (await driver.ensureLink({ ...spec, dontFragment: 'inherit', flowLabel: 7 })).changed,
        false,
      );
      await driver.updateLink('cfvx0', { vxlan: { dontFragment: 'unset', flowLabel: 0xf_ffff } });
      assert.deepEqual(await shown(), ['unset', 0xf_ffff]);
    },
  },
  {
    name: 'ensureLink changes the addresses, times and learning of a vxlan that is there, and what is left out stays',
    needs: ['vxlan'],
    async run({ driver, told }) {
      const { index } = await driver.createLink(toOneHost);
      const wanted: VxlanSpec = {
        ...{ kind: 'vxlan', name: 'cfvx0', vni: 4097, port: 8472, remote: '192.0.2.78' },
        ...{ learnRemotes: true, ttl: 16, tos: 32, ageingTime: 60 },
      };
      told.length = 0;
      const { changed, value } = await driver.ensureLink(wanted);
      const { kind, name, ...settings } = { ...unlessTold, ...toOneHost, ...wanted };
      assert.deepEqual([changed, value.index, value.vxlan], [true, index, settings]);
      const { remote, learnRemotes, ttl, tos, ageingTime } = wanted;
      const changes = { vxlan: { remote, learnRemotes, ttl, tos, ageingTime } };
      assert.deepEqual(
        told.map(({ operation }) => operation),
        [{ do: 'update-link', name: 'cfvx0', changes }],
      );
      assert.deepEqual([(await driver.ensureLink(wanted)).changed, told.length], [false, 1]);
      await driver.updateLink('cfvx0', { vxlan: { ttl: 0 } });
      assert.deepEqual((await driver.getLink('cfvx0')).vxlan, { ...settings, ttl: 0 });
    },
  },
];

export const macvlans: NetDevDemand[] = (['macvlan', 'macvtap'] as const).flatMap((kind): NetDevDemand[] => [
  {
    name: `a ${kind} shows its parent and mode, and has a MAC address of its own`,
    needs: [kind],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec: MacvlanSpec = { kind, name: 'cfm0', parent: 'cf0', mac: '02:00:5e:10:00:0d' };
      await driver.createLink(spec);
      await driver.createLink({ kind, name: 'cfm1', parent: 'cf0', mode: 'bridge' });
      const link = await driver.getLink('cfm0');
      assert.deepEqual(
        [link.kind, link.parent, link.macvlan, link.mac],
        [kind, 'cf0', { mode: 'bridge' }, spec.mac],
      );
      assert.notEqual((await driver.getLink('cfm1')).mac, (await driver.getLink('cf0')).mac);
    },
  },
  {
    name: `ensureLink takes a ${kind} of another parent, or in or out of passthru, for another device (DeviceExistsError)`,
    needs: [kind],
    async run({ driver }) {
      for (const name of ['cf0', 'cf1']) await driver.createLink(plainLink(driver, name, { up: true }));
      const spec: MacvlanSpec = { kind, name: 'cfm0', parent: 'cf0', mode: 'private' };
      await driver.createLink(spec);
      assert.equal((await driver.ensureLink(spec)).changed, false);
      await rejection(driver.ensureLink({ ...spec, mode: 'passthru' }), 'DEVICE_EXISTS');
      await rejection(driver.ensureLink({ ...spec, parent: 'cf1' }), 'DEVICE_EXISTS');
    },
  },
  {
    name: `ensureLink gives a ${kind} another mode, and the addresses that it lets frames in from`,
    needs: [kind],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec: MacvlanSpec = { kind, name: 'cfm0', parent: 'cf0' };
      const { index } = await driver.createLink({ ...spec, mode: 'private' });
      const shown = async () => (await driver.getLink('cfm0')).macvlan;
      assert.equal((await driver.ensureLink({ ...spec, mode: 'vepa' })).changed, true);
      assert.deepEqual([(await driver.getLink('cfm0')).index, await shown()], [index, { mode: 'vepa' }]);
      const sources = ['02:00:5e:10:00:01', '02:00:5e:10:00:02'];
      const listed: MacvlanSpec = { ...spec, mode: 'source', sources: [...sources].reverse() };
      assert.equal((await driver.ensureLink(listed)).changed, true);
      assert.deepEqual(await shown(), { mode: 'source', sources });
      assert.equal((await driver.ensureLink(listed)).changed, false);
      await driver.updateLink('cfm0', { macvlan: { sources: sources.slice(1) } });
      assert.deepEqual(await shown(), { mode: 'source', sources: sources.slice(1) });
    },
  },
  {
    name: `a ${kind} in passthru leaves its parent promiscuous, or not`,
    needs: [kind],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const spec: MacvlanSpec = { kind, name: 'cfm0', parent: 'cf0', mode: 'passthru', nopromisc: true };
      const { macvlan } = await driver.createLink(spec);
      assert.deepEqual(macvlan, { mode: 'passthru', nopromisc: true });
      assert.equal((await driver.ensureLink({ ...spec, nopromisc: false })).changed, true);
      assert.deepEqual((await driver.getLink('cfm0')).macvlan, { mode: 'passthru', nopromisc: false });
    },
  },
]);
