import assert from 'node:assert/strict';
import type { FirewallManager, IntentKind } from 'netdev-core';
import { rejection } from '../expect.js';
import type { FirewallContext, FirewallFactory, FirewallRequirement } from './context.js';
import { examples } from './refusing.js';

/**
 * Tries one requirement on a rule set made for it. Where the backend says that it lacks an intent
 * that the requirement needs, what is tried instead is that `put` refuses that, by name.
 *
 * @returns the intent that is lacking, when it was the refusal that was tried
 */
export async function runFirewallRequirement<Subject>(
  requirement: FirewallRequirement,
  factory: FirewallFactory<Subject>,
): Promise<IntentKind | undefined> {
  const subject = await factory.setup({ packets: requirement.uses === 'probe' });
  const opened: FirewallManager[] = [];
  const open = async (owner: string): Promise<FirewallManager> => {
    const manager = await factory.open(subject, { owner });
    opened.push(manager);
    return manager;
  };
  const missing = (means: string) => (): never => {
    throw new Error(`the factory has no ${means}: leave out requirements that use it`);
  };
  try {
    const firewall = await open('cf-one');
    const probe = factory.probe?.(subject);
    const context: FirewallContext = {
      firewall,
      open,
      get probe() {
        return probe ?? missing('probe')();
      },
      breakRules: async () => (factory.breakRules ?? missing('breakRules'))(subject),
      foreignRules: async () => (factory.foreignRules ?? missing('foreignRules'))(subject),
    };
    const lacked = requirement.needs.find((kind) => !firewall.capabilities.has(kind));
    if (lacked === undefined) await requirement.run(context);
    else await refuses(lacked, context);
    return lacked;
  } finally {
    for (const manager of opened) await manager.close();
    await factory.teardown(subject);
  }
}

async function refuses(kind: IntentKind, { firewall }: FirewallContext): Promise<void> {
  const error = await rejection(
    firewall.put({ key: 'cf/lacking', intents: [examples[kind]] }),
    'UNSUPPORTED',
  );
  assert.ok(error.message.includes(kind), `the error names ${kind}: ${error.message}`);
  assert.deepEqual(await firewall.list(), []);
}
