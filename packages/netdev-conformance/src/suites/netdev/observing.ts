import assert from 'node:assert/strict';
import type { NetDevDemand } from './context.js';
import { plainLink } from './fixtures.js';

export const observing: NetDevDemand[] = [
  {
    name: 'the observer is told of every change as data, in order',
    async run({ driver, told }) {
      const spec = plainLink(driver, 'cf0', { up: true });
      await driver.setForwarding('ipv4', false);
      told.length = 0;
      await driver.createLink(spec);
      await driver.updateLink('cf0', { mtu: 1400 });
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.10/24' });
      await driver.ensureRoute({ destination: '203.0.113.0/24', via: '192.0.2.1' });
      await driver.setForwarding('ipv4', true);
      await driver.deleteRoute({ destination: '203.0.113.0/24', via: '192.0.2.1' });
      await driver.deleteAddress('cf0', '192.0.2.10/24');
      await driver.deleteLink('cf0');
      const brief = told.map(({ operation: o }) =>
        o.do === 'create-link'
          ? [o.do, o.spec.kind, o.spec.name, o.spec.up]
          : o.do === 'update-link'
            ? [o.do, o.name, o.changes]
            : o.do === 'add-address'
              ? [o.do, o.spec.link, o.spec.cidr]
              : o.do === 'add-route' || o.do === 'delete-route'
                ? [o.do, o.spec.destination, o.spec.via]
                : o,
      );
      assert.deepEqual(brief, [
        ['create-link', spec.kind, 'cf0', true],
        ['update-link', 'cf0', { mtu: 1400 }],
        ['add-address', 'cf0', '192.0.2.10/24'],
        ['add-route', '203.0.113.0/24', '192.0.2.1'],
        { do: 'set-forwarding', family: 'ipv4', enabled: true },
        ['delete-route', '203.0.113.0/24', '192.0.2.1'],
        { do: 'delete-address', link: 'cf0', cidr: '192.0.2.10/24' },
        { do: 'delete-link', name: 'cf0' },
      ]);
    },
  },
  {
    name: 'the observer is not told of what was not changed, was there already or failed',
    async run({ driver, told }) {
      const spec = plainLink(driver, 'cf0', { up: true });
      await driver.ensureLink(spec);
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.10/24' });
      told.length = 0;
      await driver.ensureLink(spec);
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.10/24' });
      await driver.deleteAddress('cf0', '192.0.2.11/24');
      await driver.deleteRoute({ destination: '203.0.113.0/24' });
      await driver.deleteLink('cf-none');
      await driver.setForwarding('ipv4', await driver.getForwarding('ipv4'));
      await assert.rejects(driver.createLink(spec));
      await assert.rejects(driver.ensureRoute({ destination: 'default', via: '100.64.0.1' }));
      assert.deepEqual(told, []);
    },
  },
  {
    name: 'the observer is told of changes in the namespaces opened from the driver, with the namespace',
    needs: ['namespaces'],
    async run({ driver, told, makeNamespace }) {
      const { ref, driver: there } = await makeNamespace();
      const own = told[0]?.namespace;
      await there.createLink(plainLink(there, 'cf0'));
      await driver.createLink(plainLink(driver, 'cf1'));
      assert.deepEqual(
        told.map(({ operation, namespace }) => [operation.do, namespace]),
        [
          ['create-namespace', own],
          ['create-link', ref],
          ['create-link', own],
        ],
      );
    },
  },
];
