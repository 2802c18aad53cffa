import { netdevRequirements } from 'netdev-conformance/netdev';
import { createLinuxNetDev } from 'netdev-linux';
import { describe, expect, it } from 'vitest';
import { isMachineRoot, playSuite } from './user-namespace/play-suite.js';

/** What needs /dev/net/tun. */
const byTun = ['tap', 'tun', 'multiqueue', 'tap-owner'];

const requirements = netdevRequirements()
  .map((requirement, number) => ({ ...requirement, number }))
  .filter(({ uses }) => uses === undefined);
const ofTun = requirements.filter(({ needs }) => needs.some((need) => byTun.includes(need)));

const numbersOf = (some: typeof requirements): number[] => some.map(({ number }) => number);
const [played, forbidden] = await Promise.all([
  playSuite('0666', numbersOf(requirements)),
  isMachineRoot() ? playSuite('0600', numbersOf(ofTun)) : undefined,
]);

async function capabilitiesHere(): Promise<string[]> {
  await using driver = await createLinuxNetDev();
  return [...driver.capabilities].sort();
}

describe('in the user namespace of a user who is not root', () => {
  it('the driver is capable of what it is capable of as root', async () => {
    expect(played.capabilities.sort()).toEqual(await capabilitiesHere());
  });

  it.each(requirements.map(({ group, name }) => `${group}: ${name}`))('%s', (requirement) => {
    const outcome = played.outcomes.get(requirement);
    expect(outcome).toBeDefined();
    expect(outcome?.failure).toBeUndefined();
  });
});

// Who is not root of the machine has the device as the machine has it, and no other.
if (forbidden !== undefined) {
  describe('where /dev/net/tun is for root alone', () => {
    it('taps and tuns are said not to be there, and everything else is', async () => {
      const others = (await capabilitiesHere()).filter((capability) => !byTun.includes(capability));
      expect(forbidden.capabilities.sort()).toEqual(others);
    });

    it.each(ofTun.map(({ group, name }) => `${group}: ${name}`))('refused as told: %s', (requirement) => {
      const outcome = forbidden.outcomes.get(requirement);
      expect(outcome?.failure).toBeUndefined();
      expect(byTun).toContain(outcome?.lacked);
    });
  });
}
