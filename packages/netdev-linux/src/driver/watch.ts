import {
  type Address,
  isNetDevError,
  type Link,
  type Neighbour,
  type NetDevEvent,
  type OperationOptions,
  type Route,
} from 'netdev-core';
import type { KernelNotice } from '../kernel.js';
import { decodeAddress, decodeLink, decodeNeighbour, decodeRoute, RTM, RTM_F } from '../netlink/index.js';
import { addressFromMessage } from './address-codec.js';
import { linkFromMessage } from './link-from-message.js';
import { neighbourFromMessage } from './neighbour-from-message.js';
import { routeFromMessage } from './route-codec.js';

/** All that can be watched, read at one time. */
export interface Snapshot {
  links: Link[];
  addresses: Address[];
  routes: Route[];
  neighbours: Neighbour[];
}

/** What is known of the namespace; kept up to date by the events themselves. */
interface Known {
  links: Map<number, Link>;
  entries: Map<string, NetDevEvent>;
}

/**
 * Turns the kernel's notices into events. Listening begins with the first `next`, and ends with
 * `return` (a `break` out of the loop) or the signal, also while a `next` waits.
 */
export function watchEvents(
  subscribe: (signal: AbortSignal) => AsyncIterableIterator<KernelNotice>,
  read: () => Promise<Snapshot>,
  { signal }: OperationOptions = {},
): AsyncIterable<NetDevEvent> {
  return {
    [Symbol.asyncIterator]() {
      const stop = new AbortController();
      const signals = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
      const events = readEvents(() => subscribe(signals), read);
      return {
        next: () => events.next(),
        return: () => {
          // A generator takes no return while a next of it waits, so that has to end first.
          stop.abort();
          return events.return(undefined);
        },
      };
    },
  };
}

/**
 * Numbers become names by what is known, which is read when the kernel is listened to already; after an
 * overrun everything is read again and the difference told.
 */
async function* readEvents(
  subscribe: () => AsyncIterableIterator<KernelNotice>,
  read: () => Promise<Snapshot>,
): AsyncGenerator<NetDevEvent, undefined> {
  const notices = subscribe();
  try {
    const first = await read().catch(endWhenClosed);
    if (first === undefined) return;
    let known = knownOf(first);
    for await (const notice of notices) {
      if (notice === 'overrun') {
        const again = await read().catch(endWhenClosed);
        if (again === undefined) return;
        const fresh = knownOf(again);
        yield { type: 'resync' };
        yield* differences(known, fresh);
        known = fresh;
        continue;
      }
      const event = eventOf(notice, known.links);
      if (event === undefined) continue;
      remember(known, event);
      yield event;
    }
  } finally {
    await notices.return?.();
  }
}

/** Watching ends with the driver, also while everything is read. */
function endWhenClosed(error: unknown): undefined {
  if (isNetDevError(error, 'CLOSED')) return undefined;
  throw error;
}

function eventOf(
  { type, payload }: Exclude<KernelNotice, 'overrun'>,
  links: Map<number, Link>,
): NetDevEvent | undefined {
  const nameOf = (index: number): string | undefined => links.get(index)?.name;
  switch (type) {
    case RTM.NEWLINK:
    case RTM.DELLINK: {
      const message = decodeLink(payload);
      // A bridge tells of its ports in the same group (AF_BRIDGE); the link itself is told too.
      if (message.family !== 0) return undefined;
      return {
        type: type === RTM.NEWLINK ? 'link-changed' : 'link-removed',
        link: linkFromMessage(message, nameOf),
      };
    }
    case RTM.NEWADDR:
    case RTM.DELADDR: {
      const message = decodeAddress(payload);
      const address = addressFromMessage(message, nameOf(message.index) ?? `#${message.index}`);
      if (address === undefined) return undefined;
      return { type: type === RTM.NEWADDR ? 'address-added' : 'address-removed', address };
    }
    case RTM.NEWROUTE:
    case RTM.DELROUTE: {
      const message = decodeRoute(payload);
      const route = (message.flags & RTM_F.CLONED) === 0 ? routeFromMessage(message, nameOf) : undefined;
      return route === undefined
        ? undefined
        : { type: type === RTM.NEWROUTE ? 'route-added' : 'route-removed', route };
    }
    case RTM.NEWNEIGH:
    case RTM.DELNEIGH: {
      const message = decodeNeighbour(payload);
      const neighbour = neighbourFromMessage(message, nameOf(message.index) ?? `#${message.index}`);
      if (neighbour === undefined) return undefined;
      return { type: type === RTM.NEWNEIGH ? 'neighbour-changed' : 'neighbour-removed', neighbour };
    }
    default:
      return undefined;
  }
}

function knownOf({ links, addresses, routes, neighbours }: Snapshot): Known {
  const events: NetDevEvent[] = [
    ...links.map((link): NetDevEvent => ({ type: 'link-changed', link })),
    ...addresses.map((address): NetDevEvent => ({ type: 'address-added', address })),
    ...routes.map((route): NetDevEvent => ({ type: 'route-added', route })),
    ...neighbours.map((neighbour): NetDevEvent => ({ type: 'neighbour-changed', neighbour })),
  ];
  return {
    links: new Map(links.map((link) => [link.index, link])),
    entries: new Map(events.map((event) => [identityOf(event), event])),
  };
}

function remember(known: Known, event: NetDevEvent): void {
  if (event.type === 'link-changed') known.links.set(event.link.index, event.link);
  if (event.type === 'link-removed') known.links.delete(event.link.index);
  if (isRemoval(event)) known.entries.delete(identityOf(event));
  else known.entries.set(identityOf(event), event);
}

function* differences(before: Known, after: Known): Generator<NetDevEvent> {
  for (const [identity, event] of before.entries) {
    if (!after.entries.has(identity)) yield removalOf(event);
  }
  for (const [identity, event] of after.entries) {
    if (fingerprint(before.entries.get(identity)) !== fingerprint(event)) yield event;
  }
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
  return 'neighbour' in event ? `neighbour ${event.neighbour.link} ${event.neighbour.address}` : event.type;
}

/** Equal for two events that say the same; counters, which always differ, left out. */
function fingerprint(event: NetDevEvent | undefined): string {
  return JSON.stringify(event, (name, value: unknown) => {
    if (name === 'statistics') return undefined;
    return value instanceof Set ? [...value].sort() : value;
  }) as string;
}
