import { describeNetDevDriver } from 'netdev-conformance/netdev';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll } from 'vitest';

const host = await createLinuxNetDev();
let count = 0;
afterAll(() => host.close());

describeNetDevDriver('netdev-linux', {
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
});
