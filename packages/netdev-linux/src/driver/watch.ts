import { bridgeVlanEvents, isNetDevError, type NetDevEvent, type OperationOptions } from 'netdev-core';
import type { KernelNotice } from '../kernel.js';
import { RTM } from '../netlink/index.js';
import { createEarlyNotices } from './early-notices.js';
import { eventOf, type Notice } from './event-from-notice.js';
import { knownVlans, removedVlans, vlanEvents } from './vlan-events.js';
import { differences, type Known, knownOf, remember, type Snapshot } from './watched.js';

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
    let early = createEarlyNotices();
    for await (const notice of notices) {
      if (notice === 'overrun') {
        const again = await read().catch(endWhenClosed);
        if (again === undefined) return;
        const fresh = knownOf(again);
        yield { type: 'resync' };
        yield* differences(known, fresh);
        known = fresh;
        early = createEarlyNotices();
        continue;
      }
      if (early.keep(notice, known.links)) continue;
      for (const event of eventsOf(notice, known)) {
        const isVlanMoved = movesDefaultVlan(known, event);
        known = remember(known, event);
        yield event;
        if (isVlanMoved) {
          const now = await read().catch(endWhenClosed);
          if (now === undefined) return;
          const vlans = knownVlans(now.bridgeVlans, known.links);
          yield* bridgeVlanEvents([...known.vlans.values()].flat(), [...vlans.values()].flat());
          known = { ...known, vlans };
        }
        for (const late of early.due(event)) {
          for (const lateEvent of eventsOf(late, known)) {
            known = remember(known, lateEvent);
            yield lateEvent;
          }
        }
      }
    }
  } finally {
    await notices.return?.();
  }
}

function eventsOf(notice: Notice, { links, vlans }: Known): NetDevEvent[] {
  if (notice.type === RTM.NEWVLAN || notice.type === RTM.DELVLAN) return vlanEvents(notice, links, vlans);
  const event = eventOf(notice, links);
  if (event?.type !== 'link-removed') return event === undefined ? [] : [event];
  return [...removedVlans(vlans.get(event.link.index) ?? []), event];
}

/**
 * The kernel does not tell which VLAN a bridge and its ports leave then (__br_vlan_set_default_pvid). Of a bridge that is down it
 * tells nothing at all (netdev_state_change).
 */
function movesDefaultVlan({ links }: Known, event: NetDevEvent): boolean {
  if (event.type !== 'link-changed') return false;
  const before = links.get(event.link.index)?.bridge;
  return before !== undefined && before.vlanDefaultPvid !== event.link.bridge?.vlanDefaultPvid;
}

/** Watching ends with the driver, also while everything is read. */
function endWhenClosed(error: unknown): undefined {
  if (isNetDevError(error, 'CLOSED')) return undefined;
  throw error;
}
