import { PlatformError } from 'netdev-core';
import { expect, test } from 'vitest';
import type { Session } from '../src/driver/session.js';
import { virtualFunctionToMessage } from '../src/driver/virtual-function-message.js';
import { createVirtualFunctions } from '../src/driver/virtual-functions.js';
import { decodeLink } from '../src/netlink/index.js';

// The kernel's simulated card refuses nothing that gets as far as to it, so this one stands in for a card that refuses.

const refused = new PlatformError({ operation: 'change virtual function', detail: 'EOPNOTSUPP' });

/** A card with one virtual function that applies settings in the kernel's order until it comes to `refuses`. */
function card(refuses: (setting: string, sent: number) => boolean) {
  const state = { vlanId: 7, trust: false };
  let sent = 0;
  const readLink: Session['readLink'] = async () => ({
    name: 'eth0',
    virtualFunctions: [virtualFunctionToMessage(0, state)],
  });
  const change: Session['change'] = async (_type, _flags, payload) => {
    sent += 1;
    const [asked] = decodeLink(payload).virtualFunctions ?? [];
    if (asked?.vlan !== undefined) {
      if (refuses('vlan', sent)) throw refused;
      state.vlanId = asked.vlan.vlan;
    }
    if (asked?.trust !== undefined) {
      if (refuses('trust', sent)) throw refused;
      state.trust = asked.trust.setting === 1;
    }
  };
  const told: unknown[] = [];
  const session = { readLink, change } as Session;
  return { state, told, driver: createVirtualFunctions(session, (operation) => told.push(operation)) };
}

test('what was set before a refusal is put back, and the refusal is what is thrown', async () => {
  const { driver, state, told } = card((setting) => setting === 'trust');
  await expect(driver.updateVirtualFunction('eth0', 0, { vlanId: 100, trust: true })).rejects.toBe(refused);
  expect([state.vlanId, state.trust]).toEqual([7, false]);
  expect(told).toEqual([]);
});

test('what cannot be put back is named', async () => {
  const { driver, state } = card((setting, sent) => setting === 'trust' || sent > 1);
  await expect(driver.updateVirtualFunction('eth0', 0, { vlanId: 100, trust: true })).rejects.toMatchObject({
    code: 'PARTIAL',
    left: ['vlanId'],
    cause: refused,
  });
  expect(state.vlanId).toBe(100);
});
