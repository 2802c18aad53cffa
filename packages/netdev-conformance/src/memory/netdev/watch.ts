import type { NetDevEvent, OperationOptions } from 'netdev-core';
import { eventStream } from '../event-stream.js';
import type { MemorySession } from './session.js';

/** The changes of a stack from now on, until the signal fires, the reader stops or the driver is closed. */
export function watchStack(
  { stack, begin, need, closed }: MemorySession,
  { signal }: OperationOptions = {},
): AsyncIterable<NetDevEvent> {
  begin('watch');
  need('watch', 'watch devices');
  return eventStream(stack.listeners, () => true, [closed, signal]);
}
