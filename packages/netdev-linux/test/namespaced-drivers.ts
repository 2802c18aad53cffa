import type { NetDevFactory } from 'netdev-conformance/netdev';
import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll } from 'vitest';

/** For the conformance suite: drivers, each in a named namespace of its own with nothing but `lo` in it. */
export async function namespacedDrivers(): Promise<NetDevFactory<{ name: string; driver: NetDevDriver }>> {
  const host = await createLinuxNetDev();
  let count = 0;
  afterAll(() => host.close());
  return {
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
}
