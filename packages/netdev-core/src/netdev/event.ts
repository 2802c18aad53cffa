import type { Address } from './address.js';
import type { Link } from './link.js';
import type { Neighbour } from './neighbour.js';
import type { Route } from './route.js';

/**
 * A change of the host's network. `resync` marks that events were lost (the kernel's queue ran
 * over) and that the events after it, up to now, were found by comparing.
 */
export type NetDevEvent =
  | { type: 'link-changed'; link: Link }
  | { type: 'link-removed'; link: Link }
  | { type: 'address-added'; address: Address }
  | { type: 'address-removed'; address: Address }
  | { type: 'route-added'; route: Route }
  | { type: 'route-removed'; route: Route }
  | { type: 'neighbour-changed'; neighbour: Neighbour }
  | { type: 'neighbour-removed'; neighbour: Neighbour }
  | { type: 'resync' };
