import { linksBothWays, operationsBothWays } from './both-ways.js';
import { tryBothWays } from './try-both-ways.js';

/** What the kernel that the host tests run on may lack. The rest is tried there, ten times faster. */
const { vlan, dummy, ifb } = linksBothWays;
const { 'add-bridge-vlan': adding, 'delete-bridge-vlan': deleting } = operationsBothWays;

tryBothWays(Object.entries({ vlan, dummy, ifb, 'add-bridge-vlan': adding, 'delete-bridge-vlan': deleting }));
