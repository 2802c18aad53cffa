import type { Ensured, OperationOptions } from '../operation-options.js';
import type { IpFamily } from '../values/index.js';
import type { Address, AddressFilter, AddressSpec } from './address.js';
import type { BridgeVlan, BridgeVlanFilter, BridgeVlanRange, BridgeVlanSpec } from './bridge-vlan.js';
import type { NetDevCapability } from './capability.js';
import type { NetDevEvent } from './event.js';
import type { ForwardingEntry, ForwardingEntryFilter, ForwardingEntrySpec } from './forwarding-entry.js';
import type { Link, LinkFilter } from './link.js';
import type { LinkChanges, LinkSpec } from './link-spec.js';
import type { NamespaceRef } from './namespace.js';
import type { Neighbour, NeighbourFilter, NeighbourSpec } from './neighbour.js';
import type { NetDevOperation, OperationObserver } from './operation.js';
import type { Route, RouteFilter, RouteSpec } from './route.js';
import type { RoutingRule, RoutingRuleFilter, RoutingRuleSpec } from './routing-rule.js';
import type { VirtualFunction, VirtualFunctionChanges, VirtualFunctionState } from './virtual-function.js';

/** What every network device driver accepts when it is made. */
export interface NetDevOptions {
  /** Work in this namespace instead of the process's own. */
  namespace?: NamespaceRef | undefined;
  /** Is told of every change this driver makes, here and in the namespaces opened from it. */
  onOperation?: OperationObserver | undefined;
}

/**
 * The contract of a network device driver.
 *
 * Names and addresses are taken as plain strings and parsed before anything changes
 * (`InvalidArgumentError`). `create…` fails where the thing exists (`DeviceExistsError`);
 * `ensure…` converges and says whether it wrote anything; `delete…` of what is not there is no
 * error and answers `false`. An operation of several steps undoes what it did when a step fails,
 * or says in a `PartialError` what is left.
 */
export interface NetDevDriver extends AsyncDisposable {
  /** The name it is registered by: `netdev-linux`. */
  readonly name: string;
  readonly capabilities: ReadonlySet<NetDevCapability>;

  /** All links, in the kernel's order. */
  listLinks(filter?: LinkFilter, options?: OperationOptions): Promise<Link[]>;
  /** `name` may also be one of its other names (`altNames`). @throws DeviceNotFoundError */
  getLink(name: string, options?: OperationOptions): Promise<Link>;
  /** Whether a link has this name, or it is one of its other names. */
  linkExists(name: string, options?: OperationOptions): Promise<boolean>;

  /** @throws DeviceExistsError, DeviceNotFoundError (a master or parent that is missing), UnsupportedError */
  createLink(spec: LinkSpec, options?: OperationOptions): Promise<Link>;
  /**
   * Makes the link if it is missing, and gives it what `spec` says. What `spec` leaves out stays.
   * @throws DeviceExistsError when a device of this name is of another kind (or another vlan), or it is another's `altNames` that has it
   */
  ensureLink(spec: LinkSpec, options?: OperationOptions): Promise<Ensured<Link>>;
  /**
   * Changes a link; writes only what differs.
   * A bridge keeps its MAC address when ports come and go once `mac` was given.
   * @throws DeviceNotFoundError
   */
  updateLink(name: string, changes: LinkChanges, options?: OperationOptions): Promise<Ensured<Link>>;
  /** Deletes a link (both ends of a pair); answers whether there was one. */
  deleteLink(name: string, options?: OperationOptions): Promise<boolean>;

  /** In the kernel's order: a primary address before its secondaries. */
  listAddresses(filter?: AddressFilter, options?: OperationOptions): Promise<Address[]>;
  /** Gives a link an address. One that is there with other properties is changed in place where the platform can. */
  ensureAddress(spec: AddressSpec, options?: OperationOptions): Promise<Ensured<Address>>;
  /** Answers whether the link had the address. @throws DeviceNotFoundError for a missing link */
  deleteAddress(link: string, cidr: string, options?: OperationOptions): Promise<boolean>;

  listRoutes(filter?: RouteFilter, options?: OperationOptions): Promise<Route[]>;
  /** Adds a route. The same destination, metric and table by another way is replaced in one step. */
  ensureRoute(spec: RouteSpec, options?: OperationOptions): Promise<Ensured<Route>>;
  /** Deletes the route that matches every field given; answers whether there was one. */
  deleteRoute(spec: RouteSpec, options?: OperationOptions): Promise<boolean>;

  /** The rules of the routing policy, in the order in which they are asked. */
  listRoutingRules(filter?: RoutingRuleFilter, options?: OperationOptions): Promise<RoutingRule[]>;
  /** Adds a rule unless it is there; one with another table, action or condition is another rule. */
  ensureRoutingRule(spec: RoutingRuleSpec, options?: OperationOptions): Promise<Ensured<RoutingRule>>;
  /** Deletes the first rule that has these conditions and this action; answers whether there was one. */
  deleteRoutingRule(spec: RoutingRuleSpec, options?: OperationOptions): Promise<boolean>;

  listNeighbours(filter?: NeighbourFilter, options?: OperationOptions): Promise<Neighbour[]>;
  /** Sets a neighbour's MAC address to stay, in place of one that was learned or set. */
  ensureNeighbour(spec: NeighbourSpec, options?: OperationOptions): Promise<Ensured<Neighbour>>;
  /** Forgets a neighbour, learned or set; answers whether there was one. @throws DeviceNotFoundError for a missing link */
  deleteNeighbour(link: string, address: string, options?: OperationOptions): Promise<boolean>;

  /** The forwarding databases of bridges and vxlans. */
  listForwardingEntries(
    filter?: ForwardingEntryFilter,
    options?: OperationOptions,
  ): Promise<ForwardingEntry[]>;
  /**
   * Sets an entry to stay. One for the same address by another port of the bridge, or to another host, is
   * replaced; a vxlan's hosts for a group address, or for all zeros, add up.
   * @throws DeviceNotFoundError, UnsupportedError when the link is no port, or with a remote no vxlan
   */
  ensureForwardingEntry(
    spec: ForwardingEntrySpec,
    options?: OperationOptions,
  ): Promise<Ensured<ForwardingEntry>>;
  /** Deletes an entry, learned or set; answers whether there was one. */
  deleteForwardingEntry(spec: ForwardingEntrySpec, options?: OperationOptions): Promise<boolean>;

  /**
   * The VLANs that ports of bridges, and bridges themselves, are in: those next to each other that are treated alike
   * as one entry, in order. Linux puts a bridge and what becomes a port of it into VLAN 1, without tags
   * (`pvid` and `untagged`).
   */
  listBridgeVlans(filter?: BridgeVlanFilter, options?: OperationOptions): Promise<BridgeVlan[]>;
  /**
   * Puts a port, or with `self` a bridge, into VLANs, and treats their frames as `spec` says, no matter how they were before.
   * A port that leaves its bridge leaves them.
   * @throws DeviceNotFoundError, UnsupportedError when the link is no port, or with `self` no bridge
   */
  ensureBridgeVlan(spec: BridgeVlanSpec, options?: OperationOptions): Promise<Ensured<BridgeVlan>>;
  /** Takes a link out of those of the VLANs that it is in; answers whether there was one. */
  deleteBridgeVlan(range: BridgeVlanRange, options?: OperationOptions): Promise<boolean>;

  /**
   * Moves all addresses and the routes that use the link from one link to another: what has to
   * happen when a host's uplink becomes a port of a bridge. Learned addresses move with what is left
   * of their lifetimes; IPv6 link-local ones, which a link has for itself, stay. Order, broadcast,
   * label (where it does not name the old link), metrics and gateways are kept. A failure puts back
   * what was moved. `value` lists what moved.
   * @throws PartialError when that is not possible
   */
  moveLayer3(from: string, to: string, options?: OperationOptions): Promise<Ensured<MovedLayer3>>;

  getForwarding(family: IpFamily, options?: OperationOptions): Promise<boolean>;
  /** Lets the host forward packets between its devices. Answers whether that was a change. */
  setForwarding(family: IpFamily, enabled: boolean, options?: OperationOptions): Promise<boolean>;

  /**
   * Tells the neighbours of a link who has an address: gratuitous ARP (RFC 5227, 3) or an
   * unsolicited neighbour advertisement (RFC 4861, 7.2.6).
   */
  announceAddress(link: string, address: string, options?: AnnounceOptions): Promise<void>;

  /**
   * The virtual function of a network card (SR-IOV) that is at this place on the PCI bus.
   * @throws DeviceNotFoundError, PlatformError when there is a device that is no virtual function, UnsupportedError
   */
  findVirtualFunction(pciAddress: string, options?: OperationOptions): Promise<VirtualFunction>;
  /** How a card treats its virtual functions, by their number; a link that is no card has none. @throws DeviceNotFoundError */
  listVirtualFunctions(parent: string, options?: OperationOptions): Promise<VirtualFunctionState[]>;
  /**
   * Changes how a card treats one of its virtual functions; writes only what differs. `parent` is the
   * link of the physical function. A card that refuses one of several settings keeps none of them.
   * @throws DeviceNotFoundError for a missing card or number, UnsupportedError for what the card does not do,
   *   PartialError when what was set before a refusal cannot be put back
   */
  updateVirtualFunction(
    parent: string,
    index: number,
    changes: VirtualFunctionChanges,
    options?: OperationOptions,
  ): Promise<Ensured<VirtualFunctionState>>;

  /**
   * Changes of links, addresses, routes, routing rules, neighbours and forwarding entries from now on, whoever made them.
   * Ends with `signal` or `break`.
   */
  watch(options?: OperationOptions): AsyncIterable<NetDevEvent>;

  /**
   * Does several operations in order, in one round trip where the platform allows
   * (`atomic-batch`). If one fails the ones before it are undone in reverse, and the error of the
   * failed one is thrown (`PartialError` when undoing failed as well).
   */
  batch(operations: readonly NetDevOperation[], options?: OperationOptions): Promise<void>;

  /** @throws DeviceExistsError when the name is taken */
  createNamespace(name: string, options?: OperationOptions): Promise<void>;
  /** Deletes a namespace with the virtual devices in it; answers whether there was one. */
  deleteNamespace(name: string, options?: OperationOptions): Promise<boolean>;
  /** The names of the namespaces, sorted. */
  listNamespaces(options?: OperationOptions): Promise<string[]>;
  /** Moves a link to another namespace, where it is down and without addresses until told otherwise. */
  moveLink(name: string, namespace: NamespaceRef, options?: OperationOptions): Promise<void>;
  /** A driver that works in another namespace, with the same observer. The caller closes it. */
  inNamespace(namespace: NamespaceRef, options?: OperationOptions): Promise<NetDevDriver>;

  /** Frees threads and descriptors. Later calls reject with `ClosedError`. May be called twice. */
  close(): Promise<void>;
}

export interface MovedLayer3 {
  addresses: Address[];
  routes: Route[];
}

export interface AnnounceOptions extends OperationOptions {
  /** How often, 1 to 100; left out: 1. */
  count?: number;
  /** Milliseconds between two; left out: 1000. */
  intervalMs?: number;
}
