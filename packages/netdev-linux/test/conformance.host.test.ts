import { describeNetDevDriver } from 'netdev-conformance/netdev';
import { afterAll } from 'vitest';
import { namespacedDrivers } from './namespaced-drivers.mjs';

const drivers = await namespacedDrivers();
afterAll(() => drivers.close());
describeNetDevDriver('netdev-linux', drivers);
