import type { Address, Link, Neighbour, NetDevEvent, Route } from 'netdev-core';

/** What a stack has. */
export interface Stack {
  links: readonly Link[];
  addresses: readonly Address[];
  routes: readonly Route[];
  neighbours: readonly Neighbour[];
}

/** What a watcher compares: each with what makes it the same one, whatever its link is called. */
export interface Snapshot {
  links: ReadonlyMap<number, Link>;
  addresses: ReadonlyMap<string, Address>;
  routes: ReadonlyMap<string, Route>;
  neighbours: ReadonlyMap<string, Neighbour>;
}

export function snapshotOf({ links, addresses, routes, neighbours }: Stack): Snapshot {
  const indices = new Map<unknown, number>(links.map(({ name, index }) => [name, index]));
  const key = (value: object): string =>
    JSON.stringify(value, (field, each) => (field === 'link' ? (indices.get(each) ?? each) : each));
  return {
    // What is counted changes with each packet.
    links: new Map(links.map(({ statistics: _, ...link }) => [link.index, link])),
    addresses: new Map(addresses.map(({ tentative, ...rest }) => [key(rest), { ...rest, tentative }])),
    routes: new Map(routes.map((route) => [key(route), route])),
    neighbours: new Map(neighbours.map((neighbour) => [key(placeOf(neighbour)), neighbour])),
  };
}

function placeOf({ link, address }: Neighbour): object {
  return { link, address };
}

/** The changes from one state to another, in an order in which they could have been. */
export function changesBetween(before: Snapshot, now: Snapshot): NetDevEvent[] {
  return [
    ...missing(before.routes, now.routes).map((route): NetDevEvent => ({ type: 'route-removed', route })),
    ...missing(before.neighbours, now.neighbours).map(
      (neighbour): NetDevEvent => ({ type: 'neighbour-removed', neighbour }),
    ),
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
    ...[...now.neighbours]
      .filter(([key, neighbour]) => differs(neighbour, before.neighbours.get(key)))
      .map(([, neighbour]): NetDevEvent => ({ type: 'neighbour-changed', neighbour })),
  ];
}

function differs(now: Neighbour, before: Neighbour | undefined): boolean {
  return now.mac !== before?.mac || now.state !== before?.state || now.router !== before?.router;
}

function missing<Key, Value>(from: ReadonlyMap<Key, Value>, other: ReadonlyMap<Key, Value>): Value[] {
  return [...from].filter(([key]) => !other.has(key)).map(([, value]) => value);
}

function text(link: Link | undefined): string {
  return link === undefined ? '' : JSON.stringify({ ...link, flags: [...link.flags] });
}
