import { PlatformError } from 'netdev-core';
import type { HeldLease, LeaseEvent, LeaseQuery } from './lease-handler.js';
import { parseLeases } from './parse-lease.js';

/** What a handler module is called with, and what goes over a socket as a line of JSON. */
export type LeaseRequest = LeaseEvent | LeaseQuery;

/** Who gets the events. */
export interface Receiver {
  /** Sends a request and waits for its answer. One at a time. Throws what a handler throws. */
  ask(request: LeaseRequest): Promise<unknown>;
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
