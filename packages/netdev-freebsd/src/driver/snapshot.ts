import type { Address, Link, NetDevEvent, Route } from 'netdev-core';

/** What a watcher compares: links, addresses and routes, each with what makes it the same one and what makes it equal. */
export interface Snapshot {
  links: ReadonlyMap<number, Link>;
  addresses: ReadonlyMap<string, Address>;
  routes: ReadonlyMap<string, Route>;
}

export function snapshotOf(
  links: readonly Link[],
  addresses: readonly Address[],
  routes: readonly Route[],
): Snapshot {
  return {
    // What is counted changes with each packet.
    links: new Map(links.map(({ statistics: _, ...link }) => [link.index, link])),
    addresses: new Map(
      addresses.map(({ tentative: _, ...rest }) => [JSON.stringify(rest), { ...rest, tentative: _ }]),
    ),
    routes: new Map(routes.map((route) => [JSON.stringify(route), route])),
  };
}

/** The changes from one state to another, in an order in which they could have been. */
export function changesBetween(before: Snapshot, now: Snapshot): NetDevEvent[] {
  return [
    ...missing(before.routes, now.routes).map((route): NetDevEvent => ({ type: 'route-removed', route })),
    ...missing(before.addresses, now.addresses).map(
      (address): NetDevEvent => ({ type: 'address-removed', address }),
    ),
    ...missing(before.links, now.links).map((link): NetDevEvent => ({ type: 'link-removed', link })),
    ...[...now.links.values()]
      .filter((link) => text(link) !== text(before.links.get(link.index)))
      .map((link): NetDevEvent => ({ type: 'link-changed', link })),
    ...missing(now.addresses, before.addresses).map(
      (address): NetDevEvent => ({ type: 'address-added', address }),
    ),
    ...missing(now.routes, before.routes).map((route): NetDevEvent => ({ type: 'route-added', route })),
  ];
}

function missing<Key, Value>(from: ReadonlyMap<Key, Value>, other: ReadonlyMap<Key, Value>): Value[] {
  return [...from].filter(([key]) => !other.has(key)).map(([, value]) => value);
}

function text(link: Link | undefined): string {
  return link === undefined ? '' : JSON.stringify({ ...link, flags: [...link.flags] });
}
