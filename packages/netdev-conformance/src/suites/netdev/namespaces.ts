import assert from 'node:assert/strict';
import { eventually, rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink, snapshot } from './fixtures.js';

export const namespaces: NetDevDemand[] = [
  {
    name: 'createNamespace makes one that is listed, and fails with DeviceExistsError where the name is taken',
    needs: ['namespaces'],
    async run({ driver, makeNamespace }) {
      await makeNamespace('cf-b');
      await makeNamespace('cf-a');
      const names = (await driver.listNamespaces()).filter((name) => name.startsWith('cf-'));
      assert.deepEqual(names, ['cf-a', 'cf-b']);
      const error = await rejection(driver.createNamespace('cf-a'), 'DEVICE_EXISTS');
      assert.match(error.message, /cf-a/);
    },
  },
  {
    name: 'deleteNamespace deletes one; of what is not there it is no error and answers false',
    needs: ['namespaces'],
    async run({ driver, makeNamespace }) {
      const { ref, driver: there } = await makeNamespace();
      await there.close();
      assert.equal(await driver.deleteNamespace(ref.name), true);
      assert.ok(!(await driver.listNamespaces()).includes(ref.name), 'it is not listed any more');
      assert.equal(await driver.deleteNamespace(ref.name), false);
    },
  },
  {
    name: 'deleteNamespace deletes the virtual devices in it, with their far ends',
    needs: ['namespaces', 'veth'],
    async run({ driver, makeNamespace }) {
      const { ref, driver: there } = await makeNamespace();
      await driver.createLink({ kind: 'veth', name: 'cf0', peer: { name: 'eth0', namespace: ref } });
      await there.close();
      await driver.deleteNamespace(ref.name);
      await eventually(async () => assert.equal(await driver.linkExists('cf0'), false));
    },
  },
  {
    name: 'a driver in another namespace sees and changes that namespace only',
    needs: ['namespaces'],
    async run({ driver, makeNamespace }) {
      const { driver: there } = await makeNamespace();
      const before = await snapshot(driver);
      await linkWithAddress(there, 'cf0', '192.0.2.10/24');
      await there.ensureRoute({ destination: 'default', via: '192.0.2.1' });
      await there.setForwarding('ipv4', true);
      assert.equal(await there.linkExists('cf0'), true);
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'inNamespace of a missing namespace rejects',
    needs: ['namespaces'],
    async run({ driver }) {
      await assert.rejects(driver.inNamespace({ name: 'cf-none' }));
    },
  },
  {
    name: 'a driver outlives the one it was opened from',
    needs: ['namespaces'],
    async run({ driver, makeNamespace }) {
      const { ref } = await makeNamespace();
      const middle = await driver.inNamespace(ref);
      const last = await middle.inNamespace(ref);
      try {
        await middle.close();
        assert.ok((await last.listLinks()).length > 0, 'it still lists links');
      } finally {
        await last.close();
      }
    },
  },
  {
    name: 'moveLink moves a link to another namespace, where it is down and without addresses',
    needs: ['namespaces', 'veth'],
    async run({ driver, makeNamespace }) {
      const { ref, driver: there } = await makeNamespace();
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      const { mac } = await driver.getLink('cf0');
      await driver.moveLink('cf0', ref);
      assert.equal(await driver.linkExists('cf0'), false);
      const moved = await there.getLink('cf0');
      assert.deepEqual([moved.up, moved.mac, moved.kind], [false, mac, 'veth']);
      assert.deepEqual(await there.listAddresses({ link: 'cf0' }), []);
    },
  },
  {
    name: 'moveLink of a missing link rejects with DeviceNotFoundError; to a missing namespace it changes nothing',
    needs: ['namespaces'],
    async run({ driver, makeNamespace }) {
      const { ref } = await makeNamespace();
      await rejection(driver.moveLink('cf-none', ref), 'DEVICE_NOT_FOUND');
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      const before = await snapshot(driver);
      await assert.rejects(driver.moveLink('cf0', { name: 'cf-none' }));
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'moveLink to where the name is taken fails with DeviceExistsError and changes nothing',
    needs: ['namespaces', 'veth'],
    async run({ driver, makeNamespace }) {
      const { ref, driver: there } = await makeNamespace();
      await driver.createLink(plainLink(driver, 'cf0'));
      await there.createLink(plainLink(there, 'cf0'));
      const before = [await snapshot(driver), await snapshot(there)];
      await rejection(driver.moveLink('cf0', ref), 'DEVICE_EXISTS');
      assert.deepEqual([await snapshot(driver), await snapshot(there)], before);
    },
  },
];
