import { netdevRequirements, runNetDevRequirement } from 'netdev-conformance/netdev';
import type { NetDevCapability } from 'netdev-core';
import { afterAll, expect, test } from 'vitest';
import { namespacedDrivers } from './namespaced-drivers.mjs';
import { addSimulatedCard, removeSimulatedCards } from './simulated-cards.js';

/** What the machine that runs the host tests may lack. The rest of the suite is asked there, ten times faster. */
const here: readonly NetDevCapability[] = ['vlan', 'dummy', 'sriov', 'vlan-filtering'];

const plain = await namespacedDrivers();
afterAll(() => plain.close());
let cards = 0;
const drivers: typeof plain = {
  ...plain,
  async addCard({ name }) {
    cards += 1;
    return { parent: addSimulatedCard(name, cards, 3) };
  },
  async teardown(subject) {
    removeSimulatedCards();
    await plain.teardown(subject);
  },
};

test("Debian's kernel has what it is here for", async () => {
  const subject = await drivers.setup({});
  expect([...subject.driver.capabilities]).toEqual(
    expect.arrayContaining([...here, 'bridge', 'tap', 'veth']),
  );
  await drivers.teardown(subject);
});

const requirements = netdevRequirements().filter(({ needs }) => needs.some((need) => here.includes(need)));

test.each(requirements)('$group: $name', async (requirement) => {
  // The capability that was lacking, when the refusal was tried in place of the requirement.
  expect(await runNetDevRequirement(requirement, drivers)).toBeUndefined();
});
