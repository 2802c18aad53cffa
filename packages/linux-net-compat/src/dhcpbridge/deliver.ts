import { BusyError } from 'netdev-core';
import type { LeaseState } from './lease-state.js';
import { handOn, type Receiver } from './receiver.js';

/**
 * Runs `work` while nobody else hands on events of the network.
 *
 * @throws BusyError when another process is about it for longer than `patienceMs`
 */
export async function whileDelivering<Result>(
  state: LeaseState,
  patienceMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await state.lockDelivery(patienceMs);
  if (lock === undefined) {
    throw new BusyError({ operation: 'hand events on', detail: 'another process is still about it' });
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/**
 * Hands on all that a network's journal holds, in its order, until there is no more: others may tell
 * events meanwhile, and wait for this one. Stops at the first event that cannot be handed on, which a later
 * one must not overtake.
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
