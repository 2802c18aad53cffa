// Plays the conformance suite on the namespace that it is started in, and writes what became of each requirement, a
// line of JSON each; the first line is what the driver says that it is capable of. A program of its own, because a
// process with threads can enter no user namespace.
//
// run-suite.mjs NUMBERS: which of the requirements, by their places in the suite, as JSON.
import { netdevRequirements, runNetDevRequirement } from 'netdev-conformance/netdev';
import { namespacedDrivers } from '../namespaced-drivers.mjs';

/** @param {unknown} value */
const tell = (value) => console.log(JSON.stringify(value));

// The driver's threads hold no program up, also not this one while it waits for the end of one of them.
const staying = setInterval(() => {}, 1000);
const drivers = await namespacedDrivers();
tell({ capabilities: [...drivers.capabilities] });
/** @type {number[]} */
const numbers = JSON.parse(process.argv[2] ?? '[]');
for (const requirement of netdevRequirements().filter((_, number) => numbers.includes(number))) {
  const { group, name } = requirement;
  try {
    tell({ group, name, lacked: (await runNetDevRequirement(requirement, drivers)) ?? null });
  } catch (error) {
    tell({ group, name, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
await drivers.close();
clearInterval(staying);
