import type { NetDevEvent, OperationOptions } from 'netdev-core';
import type { MemorySession } from './session.js';

/** The changes of a stack from now on, until the signal fires, the reader stops or the driver is closed. */
export function watchStack(
  { stack, begin, need, closed }: MemorySession,
  options: OperationOptions = {},
): AsyncIterable<NetDevEvent> {
  begin('watch');
  need('watch', 'watch devices');
  const waiting: NetDevEvent[] = [];
  let wake = (): void => {};
  const listen = (event: NetDevEvent): void => {
    waiting.push(event);
    wake();
  };
  const ended = AbortSignal.any([closed, ...(options.signal === undefined ? [] : [options.signal])]);
  stack.listeners.add(listen);
  const stop = (): void => {
    stack.listeners.delete(listen);
    wake();
  };
  if (ended.aborted) stop();
  ended.addEventListener('abort', stop, { once: true });

  const next = async (): Promise<IteratorResult<NetDevEvent>> => {
    while (waiting.length === 0) {
      if (!stack.listeners.has(listen)) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return { done: false, value: waiting.shift() as NetDevEvent };
  };
  return {
    [Symbol.asyncIterator]: () => ({
      next,
      return: async () => {
        waiting.length = 0;
        stop();
        return { done: true, value: undefined };
      },
    }),
  };
}
