import type { IpFamily } from '../values/index.js';
import type { AddressSpec } from './address.js';
import type { BridgeVlanRange, BridgeVlanSpec } from './bridge-vlan.js';
import type { ForwardingEntrySpec } from './forwarding-entry.js';
import type { LinkChanges, LinkSpec } from './link-spec.js';
import type { NamespaceRef } from './namespace.js';
import type { NeighbourSpec } from './neighbour.js';
import type { RouteSpec } from './route.js';
import type { RoutingRuleSpec } from './routing-rule.js';
import type { VirtualFunctionChanges } from './virtual-function.js';

/**
 * One change to the host's network, as data. What a driver does is a list of these: they can be
 * sent as one batch, shown as the command a person would type, logged, and undone.
 */
export type NetDevOperation =
  | { do: 'create-link'; spec: LinkSpec }
  | { do: 'update-link'; name: string; changes: LinkChanges }
  | { do: 'delete-link'; name: string }
  | { do: 'move-link'; name: string; namespace: NamespaceRef }
  | { do: 'add-address'; spec: AddressSpec }
  | { do: 'delete-address'; link: string; cidr: string }
  | { do: 'add-route'; spec: RouteSpec }
  | { do: 'delete-route'; spec: RouteSpec }
  | { do: 'add-routing-rule'; spec: RoutingRuleSpec }
  | { do: 'delete-routing-rule'; spec: RoutingRuleSpec }
  | { do: 'add-neighbour'; spec: NeighbourSpec }
  | { do: 'delete-neighbour'; link: string; address: string }
  | { do: 'add-forwarding-entry'; spec: ForwardingEntrySpec }
  | { do: 'delete-forwarding-entry'; spec: ForwardingEntrySpec }
  | { do: 'add-bridge-vlan'; spec: BridgeVlanSpec }
  | { do: 'delete-bridge-vlan'; spec: BridgeVlanRange }
  | { do: 'set-forwarding'; family: IpFamily; enabled: boolean }
  | { do: 'announce-address'; link: string; address: string; count: number }
  | { do: 'update-virtual-function'; parent: string; index: number; changes: VirtualFunctionChanges }
  | { do: 'create-namespace'; name: string }
  | { do: 'delete-namespace'; name: string };

/** Is told of every change after it took effect, with the namespace it was made in (`undefined`: the driver's own). */
export type OperationObserver = (operation: NetDevOperation, namespace: NamespaceRef | undefined) => void;
