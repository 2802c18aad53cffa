import { PlatformError } from 'netdev-core';
import type { HeldLease, LeaseEvent, LeaseQuery } from './lease-handler.js';
import { parseLeases } from './parse-lease.js';

/** What goes to a handler process and over a socket, one JSON line each. */
export type LeaseRequest = LeaseEvent | LeaseQuery;

/** Who gets the events, at the other end of a channel. */
export interface Receiver {
  /**
   * Sends a request and waits for its answer. One at a time.
   *
   * @throws PlatformError when there is nobody, or who was there is gone
   */
  ask(request: LeaseRequest): Promise<unknown>;
  /** Ends it, with all that it started when it does not end by itself. */
  close(): Promise<void>;
}

/** Hands an event on. @throws PlatformError unless the answer is `{"ok": true}` */
export async function handOn(receiver: Receiver, event: LeaseEvent): Promise<void> {
  const answer = await receiver.ask(event);
  if (member(answer, 'ok') !== true) throw refusal(event, answer);
}

/** The leases to start with. @throws PlatformError, InvalidArgumentError unless the answer is `{"leases": [...]}` */
export async function askLeases(receiver: Receiver, network: string): Promise<HeldLease[]> {
  const query: LeaseQuery = { action: 'init', network };
  const answer = await receiver.ask(query);
  const leases = member(answer, 'leases');
  if (leases === undefined) throw refusal(query, answer);
  return parseLeases(leases);
}

function refusal({ action }: LeaseRequest, answer: unknown): PlatformError {
  const error = member(answer, 'error');
  const detail =
    typeof error === 'string'
      ? error
      : `the answer has neither ${action === 'init' ? 'leases' : 'ok'} nor error`;
  return new PlatformError({ operation: 'have handled', object: action, detail });
}

function member(owner: unknown, name: string): unknown {
  return Object(owner) === owner ? Reflect.get(Object(owner), name) : undefined;
}
