import {
  type Address,
  type BridgeVlan,
  bridgeVlanEvents,
  type ForwardingEntry,
  type Link,
  type Neighbour,
  type NetDevEvent,
  type Route,
  type RoutingRule,
} from 'netdev-core';
import { mayHaveSeveral } from './forwarding-entry-message.js';
import { type KnownVlans, knownVlans } from './vlan-events.js';
import { renamesOf, withNames } from './watched-names.js';

/** All that can be watched, read at one time. */
export interface Snapshot {
  links: Link[];
  addresses: Address[];
  routes: Route[];
  neighbours: Neighbour[];
  forwardingEntries: ForwardingEntry[];
  rules: RoutingRule[];
  bridgeVlans: BridgeVlan[];
}

/** What is known of the namespace; kept up to date by the events themselves. */
export interface Known {
  links: Map<number, Link>;
  entries: Map<string, NetDevEvent>;
  /** Kept up to date by the notices. */
  vlans: KnownVlans;
}

/** What a reading of everything tells. */
export function knownOf(snapshot: Snapshot): Known {
  const { links, addresses, routes, neighbours, forwardingEntries, rules } = snapshot;
  const events: NetDevEvent[] = [
    ...links.map((link): NetDevEvent => ({ type: 'link-changed', link })),
    ...addresses.map((address): NetDevEvent => ({ type: 'address-added', address })),
    ...routes.map((route): NetDevEvent => ({ type: 'route-added', route })),
    ...neighbours.map((neighbour): NetDevEvent => ({ type: 'neighbour-changed', neighbour })),
    ...forwardingEntries.map((entry): NetDevEvent => ({ type: 'forwarding-entry-changed', entry })),
    ...rules.map((rule): NetDevEvent => ({ type: 'routing-rule-added', rule })),
  ];
  const byNumber = new Map(links.map((link) => [link.index, link]));
  return {
    links: byNumber,
    vlans: knownVlans(snapshot.bridgeVlans, byNumber),
    entries: new Map(events.map((event) => [identityOf(event), event])),
  };
}

/** What is known after an event. */
export function remember(before: Known, event: NetDevEvent): Known {
  if ('vlan' in event || 'missing' in event) return before;
  const isLink = event.type === 'link-changed';
  const known = isLink ? withNames(before, renamesOf(before.links, [event.link]), identityOf) : before;
  if (isLink) known.links.set(event.link.index, event.link);
  if (event.type === 'link-removed') {
    known.links.delete(event.link.index);
    known.vlans.delete(event.link.index);
  }
  if (isRemoval(event)) known.entries.delete(identityOf(event));
  else known.entries.set(identityOf(event), event);
  return known;
}

/** What happened between two readings, as events: first what went. */
export function* differences(known: Known, after: Known): Generator<NetDevEvent> {
  const before = withNames(known, renamesOf(known.links, after.links.values()), identityOf);
  for (const [identity, event] of before.entries) {
    if (!after.entries.has(identity)) yield removalOf(event);
  }
  for (const [identity, event] of after.entries) {
    if (fingerprint(before.entries.get(identity)) !== fingerprint(event)) yield event;
  }
  yield* bridgeVlanEvents([...before.vlans.values()].flat(), [...after.vlans.values()].flat());
}

function isRemoval(event: NetDevEvent): boolean {
  return event.type.endsWith('-removed');
}

function removalOf(event: NetDevEvent): NetDevEvent {
  switch (event.type) {
    case 'link-changed':
      return { type: 'link-removed', link: event.link };
    case 'address-added':
      return { type: 'address-removed', address: event.address };
    case 'route-added':
      return { type: 'route-removed', route: event.route };
    case 'neighbour-changed':
      return { type: 'neighbour-removed', neighbour: event.neighbour };
    case 'forwarding-entry-changed':
      return { type: 'forwarding-entry-removed', entry: event.entry };
    case 'routing-rule-added':
      return { type: 'routing-rule-removed', rule: event.rule };
    default:
      return event;
  }
}

/** What makes two events be about the same thing. */
function identityOf(event: NetDevEvent): string {
  if ('link' in event) return `link ${event.link.index}`;
  if ('address' in event) return `address ${event.address.link} ${event.address.cidr}`;
  if ('route' in event) {
    const { table, destination, metric, link, via, kind } = event.route;
    return `route ${table} ${destination} ${metric} ${link} ${via} ${kind}`;
  }
  if ('neighbour' in event) return `neighbour ${event.neighbour.link} ${event.neighbour.address}`;
  if ('entry' in event) return `entry ${identityOfEntry(event.entry)}`;
  // What is asked of a packet, and what is done then, is all that there is of a rule.
  return 'rule' in event ? `rule ${JSON.stringify(event.rule)}` : event.type;
}

/** An address is behind one port of a bridge in each VLAN, and at one host of a vxlan if not at several. */
function identityOfEntry(entry: ForwardingEntry): string {
  const { link, mac, bridge, vlanId, remote, port, vni } = entry;
  if (bridge !== undefined) return `${bridge} ${mac} ${vlanId}`;
  return mayHaveSeveral(entry) ? `${link} ${mac} ${remote} ${port} ${vni}` : `${link} ${mac}`;
}

/** Equal for two events that say the same; counters, which always differ, left out. */
function fingerprint(event: NetDevEvent | undefined): string {
  return JSON.stringify(event, (name, value: unknown) => {
    if (name === 'statistics') return undefined;
    return value instanceof Set ? [...value].sort() : value;
  }) as string;
}
