// Plays the conformance suite on the namespace that it is started in, and writes what became of each requirement, a
// line of JSON each; the first line is what the driver says that it is capable of. A program of its own, because a
// process with threads can enter no user namespace.
//
// run-suite.mjs NUMBERS: which of the requirements, by their places in the suite, as JSON.
import { netdevRequirements, runNetDevRequirement } from 'netdev-conformance/netdev';
import { createLinuxNetDev } from 'netdev-linux';

/** @param {unknown} value */
const tell = (value) => console.log(JSON.stringify(value));

// The driver's threads hold no program up, also not this one while it waits for the end of one of them.
const staying = setInterval(() => {}, 1000);
const host = await createLinuxNetDev();
let count = 0;
/** @type {import('netdev-conformance/netdev').NetDevFactory<{ name: string, driver: import('netdev-core').NetDevDriver }>} */
const factory = {
  async setup(options) {
    count += 1;
    const name = `conformance${count}`;
    await host.createNamespace(name);
    return { name, driver: await createLinuxNetDev({ ...options, namespace: { name } }) };
  },
  async teardown({ name, driver }) {
    await driver.close();
    await host.deleteNamespace(name);
  },
};

tell({ user: process.getuid?.(), capabilities: [...host.capabilities] });
/** @type {number[]} */
const numbers = JSON.parse(process.argv[2] ?? '[]');
for (const requirement of netdevRequirements().filter((_, number) => numbers.includes(number))) {
  const { group, name } = requirement;
  try {
    tell({ group, name, lacked: (await runNetDevRequirement(requirement, factory)) ?? null });
  } catch (error) {
    tell({ group, name, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
await host.close();
clearInterval(staying);
