import { createLinuxNetDev } from 'netdev-linux';

/**
 * @typedef {import('netdev-core').NetDevDriver} NetDevDriver
 * @typedef {import('netdev-core').NetDevOptions['onOperation']} Observer
 * @typedef {{ name: string, driver: NetDevDriver, asNew: string, observer: Observer }} Stack `asNew` is what the driver
 *   showed when the namespace was made; `observer` that of the requirement which has it now
 */

/**
 * For the conformance suite: drivers, each in a named namespace with nothing but `lo` in it. To make a namespace and a
 * thread in it, and to take both down, takes most of a requirement's time: one that looks as it did when it was new is
 * given to the next requirement.
 * @returns {Promise<import('netdev-conformance/netdev').NetDevFactory<Stack> & Pick<NetDevDriver, 'capabilities' | 'close'>>}
 */
export async function namespacedDrivers() {
  const host = await createLinuxNetDev();
  let count = 0;
  /** @type {Stack | undefined} */
  let spare;

  /** @returns {Promise<Stack>} */
  const make = async () => {
    count += 1;
    const name = `conformance${count}`;
    await host.createNamespace(name);
    /** @type {Observer} */
    const onOperation = (operation, namespace) => stack.observer?.(operation, namespace);
    const driver = await createLinuxNetDev({ namespace: { name }, onOperation });
    const stack = { name, driver, asNew: await shown(driver), observer: /** @type {Observer} */ (undefined) };
    return stack;
  };
  /** @param {Stack} stack */
  const destroy = async ({ name, driver }) => {
    await driver.close();
    await host.deleteNamespace(name);
  };

  return {
    capabilities: host.capabilities,
    async setup({ onOperation }) {
      const stack = spare ?? (await make());
      spare = undefined;
      stack.observer = onOperation;
      return stack;
    },
    async teardown(stack) {
      stack.observer = undefined;
      if (spare === undefined && (await isAsNew(stack))) spare = stack;
      else await destroy(stack);
    },
    async close() {
      if (spare !== undefined) await destroy(spare);
      await host.close();
    },
  };
}

/** Takes away what a requirement made, and says whether that was all. @param {Stack} stack */
async function isAsNew({ driver, asNew }) {
  try {
    for (const { kind, name } of await driver.listLinks())
      if (kind !== 'loopback') await driver.deleteLink(name);
    return (await shown(driver)) === asNew;
  } catch {
    // Closed, as some requirements leave it, or in a state in which nothing can be deleted.
    return false;
  }
}

/** All that a driver shows of its namespace. @param {NetDevDriver} driver */
async function shown(driver) {
  const links = await driver.listLinks();
  return JSON.stringify([
    links.map(({ statistics: _, ...link }) => ({ ...link, flags: [...link.flags] })),
    await driver.listAddresses(),
    await driver.listRoutes({ table: 'all' }),
    await driver.listRoutingRules(),
    await driver.listNeighbours(),
    await driver.listForwardingEntries(),
    [await driver.getForwarding('ipv4'), await driver.getForwarding('ipv6')],
    await driver.listNamespaces(),
  ]);
}
