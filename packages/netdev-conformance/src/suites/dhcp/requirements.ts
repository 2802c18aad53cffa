import type { DhcpDemand, DhcpRequirement } from './context.js';
import { events } from './events.js';
import { guests } from './guests.js';
import { refusing } from './refusing.js';
import { lifeCycle, servers } from './servers.js';

const topics: Record<string, DhcpDemand[]> = {
  servers,
  'bad input': refusing,
  guests,
  events,
  closing: lifeCycle,
};

/** All that the contract `DhcpDriver` demands, one by one. */
export function dhcpRequirements(): DhcpRequirement[] {
  return Object.entries(topics).flatMap(([group, demands]) =>
    demands.map(({ name, needs = [], uses, run }) => ({ group, name, needs, uses, run })),
  );
}
