import { describeNetDevDriver } from 'netdev-conformance/netdev';
import type { NetDevDriver } from 'netdev-core';
import { createFreeBsdNetDev } from '../src/index.js';

interface Subject {
  outside: NetDevDriver;
  jail: string;
  driver: NetDevDriver;
}

let count = 0;

describeNetDevDriver<Subject>('netdev-freebsd on this host, in a vnet jail', {
  async setup(options) {
    const outside = await createFreeBsdNetDev();
    count += 1;
    const jail = `netdev-cf${process.pid}-${count}`;
    await outside.createNamespace(jail);
    return { outside, jail, driver: await createFreeBsdNetDev({ ...options, namespace: { name: jail } }) };
  },
  async teardown({ outside, jail, driver }) {
    await driver.close();
    await outside.deleteNamespace(jail);
    await outside.close();
  },
});
