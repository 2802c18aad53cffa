import type { HeldLock } from './file-lock.js';
import type { LeaseState } from './lease-state.js';
import { handOn, type Receiver } from './receiver.js';

/** Longer than the one before may take for its events. */
const QUEUE_PATIENCE_MS = 600_000;

/**
 * Waits for the turn to hand on the events of a network: one does so, and one waits to be next. Who finds
 * both there is not needed, since the next one has not looked into the journal yet.
 *
 * @returns the lock, or `undefined` for who is not needed
 */
export async function queueForDelivery(state: LeaseState): Promise<HeldLock | undefined> {
  const free = await state.lock('delivery', 0);
  if (free !== undefined) return free;
  const next = await state.lock('next', 0);
  if (next === undefined) return undefined;
  try {
    return await state.lock('delivery', QUEUE_PATIENCE_MS);
  } finally {
    await next.release();
  }
}

/**
 * Hands on all that a network's journal holds, in its order, until there is no more. Stops at the first event
 * that cannot be handed on, which a later one must not overtake.
 */
export async function deliverJournal(state: LeaseState, receiver: Receiver): Promise<void> {
  for (;;) {
    const events = await state.pending();
    if (events.length === 0) return;
    for (const [index, event] of events.entries()) {
      await handOn(receiver, event);
      if (index < events.length - 1) await state.journal.acknowledge(event);
    }
    if (await state.settle(events)) return;
  }
}
