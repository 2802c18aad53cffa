import type { InterfaceName, IpAddress, MacAddress } from '../values/index.js';
import type { Address } from './address.js';
import type { BridgeVlan } from './bridge-vlan.js';
import type { ForwardingEntry } from './forwarding-entry.js';
import type { Link } from './link.js';
import type { Neighbour } from './neighbour.js';
import type { Route } from './route.js';
import type { RoutingRule } from './routing-rule.js';

/**
 * A change of the host's network. An address of a bridge that is behind another port than before has changed, and its
 * former entry is not removed besides; likewise one of a vxlan that is at another host. A link that came into a VLAN has changed
 * in it, and one that left its bridge is removed from each of its VLANs; several next to each other that are treated alike may be
 * told as one. What is missing is what packets have to wait for, or go everywhere for want of, until somebody sets it: a vxlan
 * tells it that was told to (`l2Miss`, `l3Miss`). What a link has is not told anew when the link gets another name, but for what
 * has the name in it: Linux tells of an IPv4 address whose label is that of the link. `resync` marks that events were lost (the
 * kernel's queue ran over) and that the events after it, up to now, were found by comparing.
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
  | { type: 'forwarding-entry-changed'; entry: ForwardingEntry }
  | { type: 'forwarding-entry-removed'; entry: ForwardingEntry }
  | { type: 'neighbour-missing'; missing: { link: InterfaceName; address: IpAddress } }
  | { type: 'forwarding-entry-missing'; missing: { link: InterfaceName; mac: MacAddress } }
  | { type: 'bridge-vlan-changed'; vlan: BridgeVlan }
  | { type: 'bridge-vlan-removed'; vlan: BridgeVlan }
  | { type: 'routing-rule-added'; rule: RoutingRule }
  | { type: 'routing-rule-removed'; rule: RoutingRule }
  | { type: 'resync' };
