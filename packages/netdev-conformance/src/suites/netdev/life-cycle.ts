import assert from 'node:assert/strict';
import { rejection, within } from '../expect.js';
import {
  announcingCalls,
  bridgeVlanCalls,
  changingCalls,
  forwardingEntryCalls,
  namespaceCalls,
  neighbourCalls,
  readingCalls,
  routingRuleCalls,
  virtualFunctionCalls,
} from './calls.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink, snapshot } from './fixtures.js';

export const lifeCycle: NetDevDemand[] = [
  {
    name: 'after close every operation rejects with ClosedError',
    async run({ driver }) {
      await driver.close();
      const calls = {
        ...readingCalls,
        ...changingCalls,
        ...(driver.capabilities.has('announce') ? announcingCalls : {}),
        ...(driver.capabilities.has('namespaces') ? namespaceCalls : {}),
        ...(driver.capabilities.has('neighbours') ? neighbourCalls : {}),
        ...(driver.capabilities.has('forwarding-database') ? forwardingEntryCalls : {}),
        ...(driver.capabilities.has('vlan-filtering') ? bridgeVlanCalls : {}),
        ...(driver.capabilities.has('routing-rules') ? routingRuleCalls : {}),
        ...(driver.capabilities.has('sriov') ? virtualFunctionCalls : {}),
      };
      for (const [method, call] of Object.entries(calls)) {
        try {
          await rejection(within(call(driver, {}), `an answer of ${method} after close`), 'CLOSED');
        } catch (error) {
          throw new Error(`${method} after close: ${error instanceof Error ? error.message : error}`, {
            cause: error,
          });
        }
      }
    },
  },
  {
    name: 'close may be called twice, and is what await using does',
    async run({ driver }) {
      await driver.close();
      await driver.close();
      await driver[Symbol.asyncDispose]();
    },
  },
  {
    name: 'a watch that is being read ends, or rejects with ClosedError, when the driver is closed',
    needs: ['watch'],
    async run({ driver }) {
      const read = async () => {
        for await (const _ of driver.watch());
      };
      const reading = read().catch((error: unknown) => rejection(Promise.reject(error), 'CLOSED'));
      await driver.listLinks();
      await driver.close();
      await within(reading, 'the end of the events');
    },
  },
];

export const aborting: NetDevDemand[] = [
  {
    name: 'an operation whose signal fired before rejects with AbortedError and changes nothing',
    needs: ['bridge'],
    async run({ driver, told }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.createLink(plainLink(driver, 'cf1', { up: true }));
      await driver.setForwarding('ipv4', false);
      const before = await snapshot(driver);
      told.length = 0;
      const signal = AbortSignal.abort(new Error('changed my mind'));
      const calls = {
        ...readingCalls,
        ...changingCalls,
        ...(driver.capabilities.has('namespaces') ? namespaceCalls : {}),
        ...(driver.capabilities.has('neighbours') ? neighbourCalls : {}),
        ...(driver.capabilities.has('forwarding-database') ? forwardingEntryCalls : {}),
        ...(driver.capabilities.has('vlan-filtering') ? bridgeVlanCalls : {}),
        ...(driver.capabilities.has('routing-rules') ? routingRuleCalls : {}),
        ...(driver.capabilities.has('sriov') ? virtualFunctionCalls : {}),
      };
      for (const [method, call] of Object.entries(calls)) {
        try {
          await rejection(call(driver, { signal }), 'ABORTED');
        } catch (error) {
          throw new Error(`${method}: ${error instanceof Error ? error.message : error}`, { cause: error });
        }
      }
      assert.deepEqual(await snapshot(driver), before);
      assert.deepEqual(told, []);
    },
  },
];
