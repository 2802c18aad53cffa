import assert from 'node:assert/strict';
import type { FirewallManager, IntentGroup } from 'netdev-core';

export const forwardGroup: IntentGroup = {
  key: 'forward/1',
  intents: [
    {
      kind: 'port-forward',
      address: '203.0.113.2',
      protocol: 'tcp',
      port: 8080,
      toAddress: '10.1.0.11',
      toPort: 80,
    },
  ],
};
export const natGroup: IntentGroup = {
  key: 'nat/a',
  intents: [{ kind: 'source-nat', source: '10.1.0.0/24', interface: 'uplink', to: '203.0.113.2' }],
};

/** Looks whether every group of a manager stands in the rule set, or none does. */
export async function expectRules(firewall: FirewallManager, expected: 'none' | 'some'): Promise<void> {
  const status = await firewall.status();
  assert.ok(status.length > 0, 'there are groups');
  for (const { key, rules } of status) {
    const found = rules > 0 ? 'some' : 'none';
    assert.equal(found, expected, `rules of ${key}: ${found}, expected: ${expected}`);
  }
}
