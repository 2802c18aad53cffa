import assert from 'node:assert/strict';
import type { NetDevCapability, NetDevDriver } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevContext, NetDevFactory, NetDevRequirement, OfferedCard, Told } from './context.js';
import { lacking } from './lacking.js';

/**
 * Tries one requirement on a driver made for it. Where the driver says that it lacks what the
 * requirement needs, what is tried instead is that it refuses that, and changes nothing.
 *
 * @returns the capability that is lacking, when it was the refusal that was tried
 */
export async function runNetDevRequirement<Subject extends { driver: NetDevDriver }>(
  requirement: NetDevRequirement,
  factory: NetDevFactory<Subject>,
): Promise<NetDevCapability | undefined> {
  const told: Told[] = [];
  const subject = await factory.setup({
    onOperation: (operation, namespace) => told.push({ operation, namespace }),
  });
  try {
    const { driver } = subject;
    const lacked = requirement.needs.find((capability) => !driver.capabilities.has(capability));
    const addCard = async (): Promise<OfferedCard> => {
      if (factory.addCard !== undefined) return factory.addCard(subject);
      throw new Error('the factory has no addCard: leave out requirements that use it');
    };
    const run = lacked === undefined ? requirement.run : (context: NetDevContext) => refuses(lacked, context);
    await inContext({ driver, told, addCard }, run);
    return lacked;
  } finally {
    await factory.teardown(subject);
  }
}

async function refuses(capability: NetDevCapability, context: NetDevContext): Promise<void> {
  const attempt = lacking[capability];
  if (attempt === undefined) return;
  await rejection(attempt(context), 'UNSUPPORTED');
  assert.equal(await context.driver.linkExists('cf9'), false, 'what was refused is not there');
}

async function inContext(
  given: Omit<NetDevContext, 'makeNamespace'>,
  run: (context: NetDevContext) => Promise<void>,
): Promise<void> {
  const { driver } = given;
  const made: { name: string; driver: NetDevDriver }[] = [];
  const makeNamespace: NetDevContext['makeNamespace'] = async (name = `cf-space${made.length}`) => {
    await driver.createNamespace(name);
    const there = await driver.inNamespace({ name });
    made.push({ name, driver: there });
    return { ref: { name }, driver: there };
  };
  try {
    await run({ ...given, makeNamespace });
  } finally {
    for (const { name, driver: there } of made.reverse()) {
      await there.close();
      await driver.deleteNamespace(name);
    }
  }
}
