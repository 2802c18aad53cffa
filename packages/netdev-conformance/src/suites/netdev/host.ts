import assert from 'node:assert/strict';
import { refusal, rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, snapshot } from './fixtures.js';

export const forwarding: NetDevDemand[] = [
  {
    name: 'setForwarding turns forwarding on and off for one family, and answers whether that was a change',
    async run({ driver }) {
      for (const [family, other] of [['ipv4', 'ipv6'] as const, ['ipv6', 'ipv4'] as const]) {
        await driver.setForwarding(family, false);
        const untouched = await driver.getForwarding(other);
        assert.equal(await driver.setForwarding(family, true), true);
        assert.equal(await driver.getForwarding(family), true);
        assert.equal(await driver.setForwarding(family, true), false);
        assert.equal(await driver.getForwarding(other), untouched);
        assert.equal(await driver.setForwarding(family, false), true);
        assert.equal(await driver.getForwarding(family), false);
      }
    },
  },
];

export const announcing: NetDevDemand[] = [
  {
    name: 'announceAddress sends for IPv4, and the observer is told',
    needs: ['announce'],
    async run({ driver, told }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      told.length = 0;
      await driver.announceAddress('cf0', '192.0.2.10', { count: 2, intervalMs: 1 });
      assert.deepEqual(
        told.map(({ operation }) => operation),
        [{ do: 'announce-address', link: 'cf0', address: '192.0.2.10', count: 2 }],
      );
    },
  },
  {
    name: 'announceAddress leaves addresses and routes as they are',
    needs: ['announce'],
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.11/24' });
      await driver.ensureRoute({ destination: 'default', via: '192.0.2.1' });
      const before = await snapshot(driver);
      await driver.announceAddress('cf0', '192.0.2.10');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'announceAddress sends for IPv4 and for IPv6, and the observer is told',
    needs: ['announce', 'announce-ipv6'],
    async run({ driver, told }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.ensureAddress({ link: 'cf0', cidr: '2001:db8::10/64', skipDuplicateDetection: true });
      told.length = 0;
      await driver.announceAddress('cf0', '192.0.2.10');
      await driver.announceAddress('cf0', '2001:db8::10', { count: 2, intervalMs: 1 });
      assert.deepEqual(
        told.map(({ operation }) => operation),
        [
          { do: 'announce-address', link: 'cf0', address: '192.0.2.10', count: 1 },
          { do: 'announce-address', link: 'cf0', address: '2001:db8::10', count: 2 },
        ],
      );
    },
  },
  {
    name: 'announceAddress on a missing link rejects with DeviceNotFoundError',
    needs: ['announce'],
    async run({ driver }) {
      await rejection(driver.announceAddress('cf-none', '192.0.2.10'), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'announceAddress takes a count of 1 to 100',
    needs: ['announce'],
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      for (const count of [0, 101, 1.5]) {
        await refusal(driver.announceAddress('cf0', '192.0.2.10', { count }), 'count');
      }
    },
  },
];
