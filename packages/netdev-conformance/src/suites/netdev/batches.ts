import assert from 'node:assert/strict';
import type { NetDevOperation } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink, setRoutes, snapshot, where } from './fixtures.js';

const failing: NetDevOperation = {
  do: 'add-address',
  spec: { link: 'cf-none', cidr: '192.0.2.99/24' },
};

export const batches: NetDevDemand[] = [
  {
    name: 'batch does several operations in order',
    async run({ driver, told }) {
      const operations: NetDevOperation[] = [
        { do: 'create-link', spec: plainLink(driver, 'cf0') },
        { do: 'update-link', name: 'cf0', changes: { up: true, mtu: 1400 } },
        { do: 'add-address', spec: { link: 'cf0', cidr: '192.0.2.10/24' } },
        { do: 'add-route', spec: { destination: 'default', via: '192.0.2.1' } },
      ];
      await driver.batch(operations);
      const { up, mtu } = await driver.getLink('cf0');
      assert.deepEqual([up, mtu], [true, 1400]);
      const [route] = await setRoutes(driver, { family: 'ipv4' });
      assert.deepEqual([route?.destination, route?.via], ['0.0.0.0/0', '192.0.2.1']);
      assert.deepEqual(
        told.map(({ operation }) => operation.do),
        operations.map((operation) => operation.do),
      );
    },
  },
  {
    name: 'batch of nothing does nothing',
    async run({ driver, told }) {
      await driver.batch([]);
      assert.deepEqual(told, []);
    },
  },
  {
    name: 'batch throws the error of the operation that failed, and undoes those before it in reverse',
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.setForwarding('ipv4', false);
      const before = await snapshot(driver);
      const error = await rejection(
        driver.batch([
          { do: 'create-link', spec: plainLink(driver, 'cf1') },
          { do: 'update-link', name: 'cf1', changes: { up: true } },
          { do: 'add-address', spec: { link: 'cf1', cidr: '198.51.100.10/24' } },
          { do: 'add-route', spec: { destination: '203.0.113.0/24', via: '198.51.100.1' } },
          { do: 'set-forwarding', family: 'ipv4', enabled: true },
          failing,
          { do: 'delete-link', name: 'cf0' },
        ]),
        'DEVICE_NOT_FOUND',
      );
      assert.match(error.message, /cf-none/);
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'batch that fails gives a changed link its former settings back',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { mtu: 1400, alias: 'former' }));
      const before = await snapshot(driver);
      await rejection(
        driver.batch([
          { do: 'update-link', name: 'cf0', changes: { mtu: 1300, alias: 'latter', up: true } },
          failing,
        ]),
        'DEVICE_NOT_FOUND',
      );
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'batch that fails puts back an address and a route that it deleted, and a route that it replaced',
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      const given = <Fields extends object>(fields: Fields) => where(driver, 'address-properties', fields);
      await driver.ensureAddress({ link: 'cf0', cidr: '198.51.100.10/25', ...given({ label: 'web' }) });
      await driver.ensureRoute({ destination: 'default', via: '192.0.2.1' });
      await driver.ensureRoute({ destination: '203.0.113.0/24', via: '192.0.2.2' });
      const before = await snapshot(driver);
      await rejection(
        driver.batch([
          { do: 'delete-address', link: 'cf0', cidr: '198.51.100.10/25' },
          { do: 'delete-route', spec: { destination: '203.0.113.0/24' } },
          { do: 'add-route', spec: { destination: 'default', via: '192.0.2.3' } },
          failing,
        ]),
        'DEVICE_NOT_FOUND',
      );
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'batch that fails leaves alone what was there before it',
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.ensureRoute({ destination: 'default', via: '192.0.2.1' });
      const before = await snapshot(driver);
      await rejection(
        driver.batch([
          { do: 'add-address', spec: { link: 'cf0', cidr: '192.0.2.10/24' } },
          { do: 'add-route', spec: { destination: 'default', via: '192.0.2.1' } },
          { do: 'delete-address', link: 'cf0', cidr: '192.0.2.77/24' },
          failing,
        ]),
        'DEVICE_NOT_FOUND',
      );
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'batch that fails puts back what went along with an address: its secondaries in order, its routes',
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      const given = <Fields extends object>(fields: Fields) => where(driver, 'address-properties', fields);
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.11/24', ...given({ label: 'one' }) });
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.12/24', ...given({ broadcast: null }) });
      const source = where(driver, 'route-properties', { source: '192.0.2.11' });
      await driver.ensureRoute({ destination: 'default', via: '192.0.2.1', ...source });
      const before = await snapshot(driver);
      await rejection(
        driver.batch([{ do: 'delete-address', link: 'cf0', cidr: '192.0.2.10/24' }, failing]),
        'DEVICE_NOT_FOUND',
      );
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'batch that fails and cannot be undone throws a PartialError that says what is left',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      await driver.setForwarding('ipv4', false);
      const error = await rejection(
        driver.batch([
          { do: 'set-forwarding', family: 'ipv4', enabled: true },
          { do: 'delete-link', name: 'cf0' },
          failing,
        ]),
        'PARTIAL',
      );
      assert.equal(error.left.length, 1);
      assert.ok(error.cause !== undefined, 'the error of the failed one is its cause');
      assert.equal(await driver.getForwarding('ipv4'), false);
    },
  },
];
