import assert from 'node:assert/strict';
import { eventually, rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { plainLink, snapshot } from './fixtures.js';

export const taps: NetDevDemand[] = [
  {
    name: 'a tap stays when no process has it open',
    needs: ['tap'],
    async run({ driver }) {
      const { tap } = await driver.createLink({ kind: 'tap', name: 'cftap0' });
      assert.equal(tap?.persistent, true);
      assert.equal((await driver.getLink('cftap0')).kind, 'tap');
    },
  },
  {
    name: 'a tap belongs to the user and group that are given',
    needs: ['tap', 'tap-owner'],
    async run({ driver }) {
      await driver.createLink({ kind: 'tap', name: 'cftap0', owner: 0, group: 0 });
      const { tap } = await driver.getLink('cftap0');
      assert.deepEqual([tap?.owner, tap?.group], [0, 0]);
    },
  },
  {
    name: 'a tap that is there becomes that of a user, and of a group, and what is left out stays',
    needs: ['tap', 'tap-owner'],
    async run({ driver, told }) {
      const spec = { kind: 'tap', name: 'cftap0' } as const;
      const { index } = await driver.createLink(spec);
      told.length = 0;
      // In a user namespace there may be no other ids.
      assert.equal((await driver.ensureLink({ ...spec, owner: 0 })).changed, true);
      assert.equal((await driver.ensureLink({ ...spec, owner: 0 })).changed, false);
      await driver.updateLink('cftap0', { tap: { group: 0 } });
      assert.deepEqual(
        told.map(({ operation }) => operation),
        [{ owner: 0 }, { group: 0 }].map((tap) => ({ do: 'update-link', name: 'cftap0', changes: { tap } })),
      );
      const link = await driver.getLink('cftap0');
      const wanted = { multiQueue: false, persistent: true, owner: 0, group: 0 };
      assert.deepEqual([link.index, link.tap], [index, wanted]);
    },
  },
  {
    name: 'who may open it is refused for what is no tap and no tun',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cf0' });
      await rejection(driver.updateLink('cf0', { tap: { owner: 0 } }), 'UNSUPPORTED');
    },
  },
  {
    name: 'a tap has several queues when asked for, and one otherwise',
    needs: ['tap', 'multiqueue'],
    async run({ driver }) {
      await driver.createLink({ kind: 'tap', name: 'cftap0', multiQueue: true });
      await driver.createLink({ kind: 'tap', name: 'cftap1' });
      assert.equal((await driver.getLink('cftap0')).tap?.multiQueue, true);
      assert.equal((await driver.getLink('cftap1')).tap?.multiQueue, false);
    },
  },
  {
    name: 'ensureLink takes a tap with other queues for another device (DeviceExistsError)',
    needs: ['tap', 'multiqueue'],
    async run({ driver }) {
      await driver.createLink({ kind: 'tap', name: 'cftap0' });
      await rejection(driver.ensureLink({ kind: 'tap', name: 'cftap0', multiQueue: true }), 'DEVICE_EXISTS');
    },
  },
];

export const pairs: NetDevDemand[] = [
  {
    name: 'a pair is two devices, each of which shows the other',
    needs: ['veth'],
    async run({ driver }) {
      const peer = { name: 'cf0p', mac: '02:00:5e:10:00:0b', mtu: 1400, up: true };
      await driver.createLink({ kind: 'veth', name: 'cf0', mac: '02:00:5e:10:00:0a', peer });
      const [one, other] = [await driver.getLink('cf0'), await driver.getLink('cf0p')];
      assert.deepEqual([one.kind, one.parent, one.mac, one.up], ['veth', 'cf0p', '02:00:5e:10:00:0a', false]);
      assert.deepEqual(
        [other.kind, other.parent, other.mac, other.mtu, other.up],
        ['veth', 'cf0', '02:00:5e:10:00:0b', 1400, true],
      );
    },
  },
  {
    name: 'ensureLink settles both ends of a pair, and does nothing the second time',
    needs: ['veth'],
    async run({ driver, told }) {
      await driver.createLink({ kind: 'veth', name: 'cf0', peer: { name: 'cf0p' } });
      const spec = {
        kind: 'veth',
        name: 'cf0',
        up: true,
        peer: { name: 'cf0p', up: true, mtu: 1400 },
      } as const;
      assert.equal((await driver.ensureLink(spec)).changed, true);
      const peer = await driver.getLink('cf0p');
      assert.deepEqual([peer.up, peer.mtu, (await driver.getLink('cf0')).up], [true, 1400, true]);
      told.length = 0;
      assert.equal((await driver.ensureLink(spec)).changed, false);
      assert.deepEqual(told, []);
    },
  },
  {
    name: 'ensureLink takes a pair with another far end for another device (DeviceExistsError)',
    needs: ['veth'],
    async run({ driver }) {
      await driver.createLink({ kind: 'veth', name: 'cf0', peer: { name: 'cf0p' } });
      await rejection(
        driver.ensureLink({ kind: 'veth', name: 'cf0', peer: { name: 'cf0q' } }),
        'DEVICE_EXISTS',
      );
    },
  },
  {
    name: 'createLink of a pair whose far name is taken fails with DeviceExistsError and leaves neither end',
    needs: ['veth', 'bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cf0p' });
      const before = await snapshot(driver);
      await rejection(
        driver.createLink({ kind: 'veth', name: 'cf0', peer: { name: 'cf0p' } }),
        'DEVICE_EXISTS',
      );
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'deleteLink deletes both ends of a pair',
    needs: ['veth'],
    async run({ driver }) {
      await driver.createLink({ kind: 'veth', name: 'cf0', peer: { name: 'cf0p' } });
      assert.equal(await driver.deleteLink('cf0p'), true);
      assert.deepEqual([await driver.linkExists('cf0'), await driver.linkExists('cf0p')], [false, false]);
    },
  },
  {
    name: 'the far end of a pair lives in another namespace when asked for, settled, and again without a change',
    needs: ['veth', 'namespaces'],
    async run({ driver, makeNamespace }) {
      const { ref, driver: there } = await makeNamespace();
      const peer = { name: 'eth0', up: true, mac: '02:00:5e:10:00:0c', namespace: ref };
      const spec = { kind: 'veth', name: 'cf0', up: true, peer } as const;
      await driver.createLink(spec);
      assert.equal(await driver.linkExists('eth0'), false);
      const { up, mac } = await there.getLink('eth0');
      assert.deepEqual([up, mac], [true, '02:00:5e:10:00:0c']);
      assert.equal((await driver.ensureLink(spec)).changed, false);
      await there.updateLink('eth0', { up: false });
      assert.equal((await driver.ensureLink(spec)).changed, true);
      assert.equal((await there.getLink('eth0')).up, true);
      assert.equal(await driver.deleteLink('cf0'), true);
      await eventually(async () => assert.equal(await there.linkExists('eth0'), false));
    },
  },
  {
    name: 'createLink of a pair into a missing namespace fails and leaves neither end',
    needs: ['veth', 'namespaces'],
    async run({ driver }) {
      const before = await snapshot(driver);
      const peer = { name: 'eth0', namespace: { name: 'cf-none' } };
      await assert.rejects(driver.createLink({ kind: 'veth', name: 'cf0', peer }));
      assert.deepEqual(await snapshot(driver), before);
    },
  },
];

export const vlans: NetDevDemand[] = [
  {
    name: 'a vlan has its id and shows its parent',
    needs: ['vlan'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      await driver.createLink({ kind: 'vlan', name: 'cf0.7', parent: 'cf0', vlanId: 7 });
      const { kind, vlanId, parent } = await driver.getLink('cf0.7');
      assert.deepEqual([kind, vlanId, parent], ['vlan', 7, 'cf0']);
    },
  },
  {
    name: 'a vlan has the tags that are given, and a parent may have its id once for each kind of them',
    needs: ['vlan', 'provider-vlans', 'bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cf0' });
      const spec = { kind: 'vlan', name: 'cf0.7', parent: 'cf0', vlanId: 7 } as const;
      assert.equal((await driver.createLink(spec)).vlanProtocol, '802.1q');
      await driver.createLink({ ...spec, name: 'cf0.7ad', vlanProtocol: '802.1ad' });
      assert.equal((await driver.getLink('cf0.7ad')).vlanProtocol, '802.1ad');
      assert.equal((await driver.ensureLink({ ...spec, vlanProtocol: '802.1q' })).changed, false);
      await rejection(driver.ensureLink({ ...spec, vlanProtocol: '802.1ad' }), 'DEVICE_EXISTS');
    },
  },
  {
    name: 'createLink of a vlan with a missing parent fails with DeviceNotFoundError and leaves no link behind',
    needs: ['vlan'],
    async run({ driver }) {
      const before = await snapshot(driver);
      const spec = { kind: 'vlan', name: 'cf0.7', parent: 'cf-none', vlanId: 7 } as const;
      await rejection(driver.createLink(spec), 'DEVICE_NOT_FOUND');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'ensureLink takes another vlan of the same name for another device (DeviceExistsError)',
    needs: ['vlan'],
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      const spec = { kind: 'vlan', name: 'cfv', parent: 'cf0', vlanId: 7 } as const;
      await driver.ensureLink(spec);
      assert.equal((await driver.ensureLink(spec)).changed, false);
      await rejection(driver.ensureLink({ ...spec, vlanId: 8 }), 'DEVICE_EXISTS');
    },
  },
];

export const dummies: NetDevDemand[] = [
  {
    name: 'a dummy is made, and shows its kind',
    needs: ['dummy'],
    async run({ driver }) {
      const { kind, up } = await driver.createLink({ kind: 'dummy', name: 'cf0', up: true });
      assert.deepEqual([kind, up], ['dummy', true]);
    },
  },
  {
    name: 'an ifb is made, and shows its kind',
    needs: ['ifb'],
    async run({ driver }) {
      const { kind, up } = await driver.createLink({ kind: 'ifb', name: 'cf0', up: true });
      assert.deepEqual([kind, up], ['ifb', true]);
    },
  },
];
