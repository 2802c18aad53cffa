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
const half = Math.ceil(requirements.length / 2);
// Side by side: most of the time goes by waiting until the kernel has taken a namespace down.
const [first, second, forbidden] = await Promise.all([
  playSuite('0666', numbersOf(requirements.slice(0, half))),
  playSuite('0666', numbersOf(requirements.slice(half))),
  isMachineRoot() ? playSuite('0600', numbersOf(ofTun)) : undefined,
]);

async function capabilitiesHere(): Promise<string[]> {
  await using driver = await createLinuxNetDev();
  return [...driver.capabilities].sort();
}

describe('in the user namespace of a user who is not root', () => {
  it('the driver is capable of what it is capable of as root', async () => {
    expect(first.capabilities.sort()).toEqual(await capabilitiesHere());
  });

  it.each(requirements.map(({ group, name }) => `${group}: ${name}`))('%s', (requirement) => {
    const outcome = first.outcomes.get(requirement) ?? second.outcomes.get(requirement);
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
