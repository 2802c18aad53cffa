import assert from 'node:assert/strict';
import type { LinkChanges } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { plainLink, snapshot, where } from './fixtures.js';

export const links: NetDevDemand[] = [
  {
    name: 'listLinks shows every link as getLink does, each with a number of its own',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { mtu: 1400 }));
      await driver.createLink(plainLink(driver, 'cf1'));
      const listed = await driver.listLinks();
      for (const name of ['cf0', 'cf1']) {
        const { statistics: _, operState: __, flags: ___, ...shown } = await driver.getLink(name);
        const inList = listed.find((link) => link.name === name);
        assert.ok(inList, `${name} is in the list`);
        assert.deepEqual({ ...inList, ...shown }, inList);
      }
      assert.equal(new Set(listed.map(({ index }) => index)).size, listed.length);
      assert.ok(
        listed.every(({ index }) => Number.isInteger(index) && index > 0),
        'numbers are whole and from 1',
      );
    },
  },
  {
    name: 'listLinks narrowed by kind shows the links of this kind only',
    async run({ driver }) {
      const spec = plainLink(driver, 'cf0');
      await driver.createLink(spec);
      const listed = await driver.listLinks({ kind: spec.kind });
      assert.ok(listed.some(({ name }) => name === 'cf0'));
      assert.deepEqual([...new Set(listed.map(({ kind }) => kind))], [spec.kind]);
      assert.deepEqual(await driver.listLinks({ kind: 'no-such-kind' }), []);
    },
  },
  {
    name: 'getLink of a missing link rejects with DeviceNotFoundError that names it',
    async run({ driver }) {
      const error = await rejection(driver.getLink('cf-none'), 'DEVICE_NOT_FOUND');
      assert.match(error.message, /cf-none/);
    },
  },
  {
    name: 'linkExists says whether there is a link of this name',
    async run({ driver }) {
      assert.equal(await driver.linkExists('cf0'), false);
      await driver.createLink(plainLink(driver, 'cf0'));
      assert.equal(await driver.linkExists('cf0'), true);
    },
  },
  {
    name: 'createLink gives the link what the specification says, and answers it',
    async run({ driver }) {
      const wanted = { up: true, mtu: 1380, mac: '02:00:5e:10:00:01', alias: 'for people, äöü' };
      const spec = plainLink(driver, 'cf0', wanted);
      const made = await driver.createLink(spec);
      for (const link of [made, await driver.getLink('cf0')]) {
        const { kind, name, up, mtu, mac, alias } = link;
        assert.deepEqual({ kind, name, up, mtu, mac, alias }, { kind: spec.kind, name: 'cf0', ...wanted });
      }
    },
  },
  {
    name: 'createLink makes a link that is down unless told otherwise',
    async run({ driver }) {
      const { up, flags } = await driver.createLink(plainLink(driver, 'cf0'));
      assert.equal(up, false);
      assert.equal(flags.has('up'), false);
    },
  },
  {
    name: 'createLink fails with DeviceExistsError where the name is taken, and leaves that link as it is',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { mtu: 1400 }));
      const before = await snapshot(driver);
      await rejection(driver.createLink(plainLink(driver, 'cf0', { mtu: 1300, up: true })), 'DEVICE_EXISTS');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'createLink with a missing master fails with DeviceNotFoundError and leaves no link behind',
    async run({ driver }) {
      const before = await snapshot(driver);
      await rejection(driver.createLink(plainLink(driver, 'cf0', { master: 'cf-none' })), 'DEVICE_NOT_FOUND');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'createLink that fails half-way, at a master that is no bridge, leaves no link behind',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      const before = await snapshot(driver);
      await assert.rejects(driver.createLink(plainLink(driver, 'cf1', { master: 'cf0' })));
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'ensureLink makes a missing link and says that it changed something',
    async run({ driver }) {
      const { changed, value } = await driver.ensureLink(plainLink(driver, 'cf0', { mtu: 1400 }));
      assert.equal(changed, true);
      assert.equal(value.mtu, 1400);
      assert.equal(await driver.linkExists('cf0'), true);
    },
  },
  {
    name: 'ensureLink done again writes nothing and says so',
    async run({ driver, told }) {
      const spec = plainLink(driver, 'cf0', { up: true, mtu: 1400, alias: 'again' });
      const first = await driver.ensureLink(spec);
      const count = told.length;
      const before = await snapshot(driver);
      const { changed, value } = await driver.ensureLink(spec);
      assert.equal(changed, false);
      assert.equal(value.index, first.value.index);
      assert.equal(told.length, count);
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'ensureLink gives a link that is there what the specification says, and keeps what it leaves out',
    async run({ driver }) {
      await driver.ensureLink(plainLink(driver, 'cf0', { mtu: 1400, alias: 'kept' }));
      const { changed, value } = await driver.ensureLink(plainLink(driver, 'cf0', { up: true }));
      assert.equal(changed, true);
      assert.deepEqual([value.up, value.mtu, value.alias], [true, 1400, 'kept']);
      assert.equal((await driver.ensureLink(plainLink(driver, 'cf0'))).value.up, true);
    },
  },
  {
    name: 'ensureLink fails with DeviceExistsError when a device of this name is of another kind',
    needs: ['bridge', 'tap'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cf0' });
      const before = await snapshot(driver);
      await rejection(driver.ensureLink({ kind: 'tap', name: 'cf0', up: true }), 'DEVICE_EXISTS');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'updateLink changes what is given, one setting or several, and answers the link as it is then',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      const settings: LinkChanges = {
        up: true,
        mtu: 1360,
        mac: '02:00:5e:10:00:02',
        alias: 'one',
        promiscuous: true,
        ...where(driver, 'all-multicast', { allMulticast: true }),
      };
      for (const [name, value] of Object.entries(settings)) {
        const ensured = await driver.updateLink('cf0', { [name]: value });
        assert.equal(ensured.changed, true, name);
        assert.deepEqual(ensured.value.index, (await driver.getLink('cf0')).index);
      }
      const { up, mtu, mac, alias, flags } = await driver.getLink('cf0');
      assert.deepEqual([up, mtu, mac, alias], [true, 1360, '02:00:5e:10:00:02', 'one']);
      assert.ok(flags.has('promiscuous') && flags.has('up'));
      assert.equal(flags.has('allmulticast'), driver.capabilities.has('all-multicast'));
      await driver.updateLink('cf0', { up: false, alias: '', promiscuous: false, allMulticast: false });
      const after = await driver.getLink('cf0');
      assert.deepEqual([after.up, after.alias], [false, undefined]);
      assert.ok(!after.flags.has('promiscuous') && !after.flags.has('allmulticast'));
    },
  },
  {
    name: 'updateLink writes only what differs, and nothing when nothing does',
    async run({ driver, told }) {
      await driver.createLink(plainLink(driver, 'cf0', { mtu: 1400 }));
      told.length = 0;
      assert.equal((await driver.updateLink('cf0', { mtu: 1400, up: false })).changed, false);
      assert.equal((await driver.updateLink('cf0', {})).changed, false);
      assert.equal((await driver.updateLink('cf0', { mtu: 1400, up: true })).changed, true);
      assert.deepEqual(
        told.map(({ operation }) => operation),
        [{ do: 'update-link', name: 'cf0', changes: { up: true } }],
      );
    },
  },
  {
    name: 'updateLink gives a link another name, under which it keeps its number and addresses',
    async run({ driver }) {
      const { index } = await driver.createLink(plainLink(driver, 'cf0'));
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.1/24' });
      const { changed, value } = await driver.updateLink('cf0', { name: 'cfnew' });
      assert.deepEqual([changed, value.name, value.index], [true, 'cfnew', index]);
      assert.equal(await driver.linkExists('cf0'), false);
      assert.deepEqual(
        (await driver.listAddresses({ link: 'cfnew', family: 'ipv4' })).map(({ cidr }) => cidr),
        ['192.0.2.1/24'],
      );
    },
  },
  {
    name: 'updateLink to a name that is taken fails with DeviceExistsError and changes nothing',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      await driver.createLink(plainLink(driver, 'cf1'));
      const before = await snapshot(driver);
      await rejection(driver.updateLink('cf0', { name: 'cf1' }), 'DEVICE_EXISTS');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'updateLink of a missing link rejects with DeviceNotFoundError',
    async run({ driver }) {
      await rejection(driver.updateLink('cf-none', { up: true }), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'updateLink to a missing master rejects with DeviceNotFoundError and changes nothing',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      const before = await snapshot(driver);
      await rejection(driver.updateLink('cf0', { master: 'cf-none', mtu: 1300 }), 'DEVICE_NOT_FOUND');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'updateLink that fails half-way, at a master that is no bridge, leaves the link as it was',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { alias: 'former' }));
      await driver.createLink(plainLink(driver, 'cf1'));
      const before = await snapshot(driver);
      const changes = { mtu: 1300, mac: '02:00:5e:10:00:03', alias: 'latter', up: true, master: 'cf1' };
      await assert.rejects(driver.updateLink('cf0', changes));
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'deleteLink deletes a link with its addresses; of what is not there it is no error and answers false',
    async run({ driver }) {
      const before = await snapshot(driver);
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.1/24' });
      assert.equal(await driver.deleteLink('cf0'), true);
      assert.deepEqual(await snapshot(driver), before);
      assert.equal(await driver.deleteLink('cf0'), false);
    },
  },
];
