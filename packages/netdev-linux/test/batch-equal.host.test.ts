import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sh } from './host.js';
import { randomOperations, seeded } from './random-operations.js';
import { makeLinks, wholeState } from './whole-state.js';

const [single, batched] = ['batch-equal-1', 'batch-equal-2'];
const seeds = Array.from({ length: Number(process.env['NETDEV_SEEDS'] ?? 12) }, (_, number) => number + 1);
let drivers: NetDevDriver[];
let told: NetDevOperation[][];

beforeEach(async () => {
  drivers = [];
  told = [];
  for (const [place, name] of [single, batched].entries()) {
    sh('ip', 'netns', 'add', name);
    sh('ip', '-n', name, 'link', 'set', 'lo', 'up');
    makeLinks(name);
    told.push([]);
    const onOperation = (operation: NetDevOperation) => told[place]?.push(operation);
    drivers.push(await createLinuxNetDev({ namespace: { name }, onOperation }));
  }
});
afterEach(async () => {
  for (const driver of drivers) await driver.close();
  for (const name of [single, batched]) sh('ip', 'netns', 'delete', name);
});

/** Does each by a batch of its own; those that fail are left out of what is given back. */
async function oneByOne(
  driver: NetDevDriver,
  operations: readonly NetDevOperation[],
): Promise<NetDevOperation[]> {
  const possible: NetDevOperation[] = [];
  for (const operation of operations) {
    try {
      await perform(driver, operation);
      possible.push(operation);
    } catch {
      // Refused: nothing was changed.
    }
  }
  return possible;
}

async function perform(driver: NetDevDriver, operation: NetDevOperation): Promise<unknown> {
  switch (operation.do) {
    case 'create-link':
      return driver.createLink(operation.spec);
    case 'update-link':
      return driver.updateLink(operation.name, operation.changes);
    case 'delete-link':
      return driver.deleteLink(operation.name);
    case 'add-address':
      return driver.ensureAddress(operation.spec);
    case 'delete-address':
      return driver.deleteAddress(operation.link, operation.cidr);
    case 'add-route':
      return driver.ensureRoute(operation.spec);
    case 'delete-route':
      return driver.deleteRoute(operation.spec);
    case 'add-neighbour':
      return driver.ensureNeighbour(operation.spec);
    case 'delete-neighbour':
      return driver.deleteNeighbour(operation.link, operation.address);
    case 'add-forwarding-entry':
      return driver.ensureForwardingEntry(operation.spec);
    case 'delete-forwarding-entry':
      return driver.deleteForwardingEntry(operation.spec);
    case 'add-routing-rule':
      return driver.ensureRoutingRule(operation.spec);
    case 'delete-routing-rule':
      return driver.deleteRoutingRule(operation.spec);
    default:
      throw new Error(`${operation.do} is not among the random operations`);
  }
}

describe('random operations', () => {
  it.each(seeds)(
    'come out the same by one batch as one after the other (seed %i)',
    { timeout: 60_000 },
    async (seed) => {
      const [one, other] = drivers as [NetDevDriver, NetDevDriver];
      const possible = await oneByOne(one, randomOperations(seeded(seed), 80));
      expect(possible.length).toBeGreaterThan(15);
      await other.batch(possible);
      expect(wholeState(batched)).toEqual(wholeState(single));
      // A batch does not ask again about a link that it changed, and says once more what it wants of it.
      const others = (operations: NetDevOperation[] = []) =>
        operations.filter((each) => each.do !== 'update-link');
      expect(others(told[1])).toEqual(others(told[0]));
    },
  );
});
