import type { DhcpEvent } from 'netdev-core';
import type { MemoryJournal, MemoryPosition } from './memory-journal.js';

/** Whose journals are followed, and from where on. */
export interface FollowedJournals {
  journals: () => readonly MemoryJournal[];
  /** By network; those that come later are told from their beginning. */
  from: Map<string, MemoryPosition>;
  /** Is told when there may be news, until it is taken out again. */
  listeners: Set<() => void>;
  signals: readonly (AbortSignal | undefined)[];
}

/** The events of some servers, until a signal fires or the reader stops. */
export function followJournals({
  journals,
  from,
  listeners,
  signals,
}: FollowedJournals): AsyncIterable<DhcpEvent> {
  const ended = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  return {
    [Symbol.asyncIterator]() {
      const waiting: DhcpEvent[] = [];
      let stopped = false;
      let wake = (): void => {};
      const listen = (): void => wake();
      const stop = (): void => {
        stopped = true;
        listeners.delete(listen);
        wake();
      };
      listeners.add(listen);
      ended.addEventListener('abort', stop, { once: true });
      if (ended.aborted) stop();

      const next = async (): Promise<IteratorResult<DhcpEvent, undefined>> => {
        for (;;) {
          if (stopped) return { done: true, value: undefined };
          for (const journal of waiting.length === 0 ? journals() : []) {
            waiting.push(...journal.after(from.get(journal.network)));
            from.set(journal.network, journal.last);
          }
          const event = waiting.shift();
          if (event !== undefined) return { done: false, value: event };
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      };
      return {
        next,
        return: async () => {
          stop();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
