import type { NetDevCapability, NetDevDriver } from 'netdev-core';
import { createMemoryHost } from '../src/index.js';
import { describeNetDevDriver, type NetDevFactory } from '../src/netdev.js';

const memory = (without: readonly NetDevCapability[] = []): NetDevFactory<{ driver: NetDevDriver }> => ({
  setup: async (options) => ({ driver: await createMemoryHost().netdev({ ...options, without }) }),
  teardown: ({ driver }) => driver.close(),
});

describeNetDevDriver('the memory host', memory());
