import { describeNetDevDriver } from 'netdev-conformance/netdev';
import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';

let count = 0;

describeNetDevDriver('netdev-linux', {
  async setup(options) {
    const host: NetDevDriver = await createLinuxNetDev();
    count += 1;
    const name = `conformance${count}`;
    await host.createNamespace(name);
    const driver = await createLinuxNetDev({ ...options, namespace: { name } });
    return { host, name, driver };
  },
  async teardown({ host, name, driver }) {
    await driver.close();
    await host.deleteNamespace(name);
    await host.close();
  },
});
