import { addresses } from './addresses.js';
import { alternativeNames } from './alternative-names.js';
import { batches } from './batches.js';
import { bridgeVlans } from './bridge-vlans.js';
import { bridges } from './bridges.js';
import type { NetDevDemand, NetDevRequirement } from './context.js';
import { forwardingEntries } from './forwarding-entries.js';
import { announcing, forwarding } from './host.js';
import { dummies, pairs, taps, vlans } from './kinds.js';
import { aborting, lifeCycle } from './life-cycle.js';
import { links } from './links.js';
import { movingLayer3 } from './move-layer3.js';
import { multipath } from './multipath.js';
import { namespaces } from './namespaces.js';
import { neighbours } from './neighbours.js';
import { observing } from './observing.js';
import { refusing } from './refusing.js';
import { routes } from './routes.js';
import { routingRules } from './routing-rules.js';
import { macvlans, tuns, vxlans } from './tunnels.js';
import { virtualFunctions } from './virtual-functions.js';
import { watching } from './watching.js';

const groups: Record<string, NetDevDemand[]> = {
  links,
  'other names': alternativeNames,
  bridges,
  taps,
  tuns,
  pairs,
  vlans,
  vxlans,
  macvlans,
  dummies,
  addresses,
  routes,
  'routes with several ways': multipath,
  'routing rules': routingRules,
  'moving layer 3': movingLayer3,
  neighbours,
  'forwarding databases': forwardingEntries,
  'VLANs of bridges': bridgeVlans,
  forwarding,
  'announcing an address': announcing,
  'virtual functions': virtualFunctions,
  namespaces,
  watching,
  batches,
  'the observer': observing,
  'bad input': refusing,
  closing: lifeCycle,
  aborting,
};

/** All that the contract `NetDevDriver` demands, one by one. */
export function netdevRequirements(): NetDevRequirement[] {
  return Object.entries(groups).flatMap(([group, demands]) =>
    demands.map(({ name, needs = [], uses, run }) => ({ group, name, needs, uses, run })),
  );
}
