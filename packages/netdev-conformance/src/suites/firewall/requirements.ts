import type { FirewallDemand, FirewallRequirement } from './context.js';
import { applying, groups, owners } from './groups.js';
import { guests } from './guests.js';
import { packets } from './packets.js';
import { lifeCycle, refusing } from './refusing.js';

const topics: Record<string, FirewallDemand[]> = {
  groups,
  applying,
  owners,
  'bad input': refusing,
  packets,
  guests,
  closing: lifeCycle,
};

/** All that the contract `FirewallManager` demands, one by one. */
export function firewallRequirements(): FirewallRequirement[] {
  return Object.entries(topics).flatMap(([group, demands]) =>
    demands.map(({ name, needs = [], uses, run }) => ({ group, name, needs, uses, run })),
  );
}
