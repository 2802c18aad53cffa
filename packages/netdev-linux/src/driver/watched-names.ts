import type { BridgeVlan, InterfaceName, Link, NetDevEvent } from 'netdev-core';
import type { Known } from './watched.js';

/** The new names of links by their former ones. */
type Renames = ReadonlyMap<string, InterfaceName>;

/** Which of the links that were known go by another name now. */
export function renamesOf(known: ReadonlyMap<number, Link>, links: Iterable<Link>): Renames {
  const renames = new Map<string, InterfaceName>();
  for (const { index, name } of links) {
    const former = known.get(index)?.name;
    if (former !== undefined && former !== name) renames.set(former, name);
  }
  return renames;
}

/** What is known, by the names that links have now. Nobody is told: a name is that of a link, and of nothing that it has. */
export function withNames({ links, entries, vlans }: Known, renames: Renames, identityOf: IdentityOf): Known {
  if (renames.size === 0) return { links, entries, vlans };
  const events = [...entries.values()].map((event) => renamed(event, renames));
  return {
    links: new Map([...links].map(([index, link]) => [index, linkRenamed(link, renames)])),
    entries: new Map(events.map((event) => [identityOf(event), event])),
    vlans: new Map(
      [...vlans].map(([index, list]) => [index, list.map((vlan) => vlanRenamed(vlan, renames))]),
    ),
  };
}

type IdentityOf = (event: NetDevEvent) => string;

function renamed(event: NetDevEvent, renames: Renames): NetDevEvent {
  const name = <T extends string | undefined>(given: T): T => nameOf(given, renames);
  if ('link' in event) return { ...event, link: linkRenamed(event.link, renames) };
  if ('address' in event) return { ...event, address: { ...event.address, link: name(event.address.link) } };
  if ('neighbour' in event)
    return { ...event, neighbour: { ...event.neighbour, link: name(event.neighbour.link) } };
  if ('entry' in event) {
    const { entry } = event;
    const bridge = entry.bridge === undefined ? {} : { bridge: name(entry.bridge) };
    return { ...event, entry: { ...entry, link: name(entry.link), ...bridge } };
  }
  if ('route' in event) {
    const { route } = event;
    const nextHops = route.nextHops?.map((hop) =>
      hop.link === undefined ? hop : { ...hop, link: name(hop.link) },
    );
    return {
      ...event,
      route: {
        ...route,
        ...(route.link === undefined ? {} : { link: name(route.link) }),
        ...(nextHops === undefined ? {} : { nextHops }),
      },
    };
  }
  // A rule asks for a name, whichever link has it.
  return event;
}

/** Its own name is told with the link itself. */
function linkRenamed(link: Link, renames: Renames): Link {
  const { master, parent } = link;
  return {
    ...link,
    ...(master === undefined ? {} : { master: nameOf(master, renames) }),
    ...(parent === undefined ? {} : { parent: nameOf(parent, renames) }),
  };
}

function vlanRenamed(vlan: BridgeVlan, renames: Renames): BridgeVlan {
  return { ...vlan, link: nameOf(vlan.link, renames), bridge: nameOf(vlan.bridge, renames) };
}

function nameOf<T extends string | undefined>(given: T, renames: Renames): T {
  return given === undefined ? given : ((renames.get(given) ?? given) as T);
}
