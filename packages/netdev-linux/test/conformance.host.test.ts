import { describeNetDevDriver } from 'netdev-conformance/netdev';
import { namespacedDrivers } from './namespaced-drivers.js';

describeNetDevDriver('netdev-linux', await namespacedDrivers());
