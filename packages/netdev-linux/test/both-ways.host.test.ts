import type { NetDevCapability } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { changesBothWays, linksBothWays, operationsBothWays } from './both-ways.js';
import { tryBothWays } from './try-both-ways.js';

await using driver = await createLinuxNetDev();

/** What this kernel lacks is tried with Debian's, in both-ways.vm.test.ts. */
const lacks = (name: string): boolean =>
  name.endsWith('bridge-vlan')
    ? !driver.capabilities.has('vlan-filtering')
    : name in linksBothWays && !driver.capabilities.has(name as NetDevCapability);

tryBothWays(
  Object.entries({ ...operationsBothWays, ...changesBothWays, ...linksBothWays }).filter(
    ([name]) => !lacks(name),
  ),
);
