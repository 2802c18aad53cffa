/** The events that listeners are told from now on, until a signal fires or the reader stops. */
export function eventStream<Event>(
  listeners: Set<(event: Event) => void>,
  fits: (event: Event) => boolean,
  signals: readonly (AbortSignal | undefined)[],
): AsyncIterable<Event> {
  const waiting: Event[] = [];
  let wake = (): void => {};
  const listen = (event: Event): void => {
    if (!fits(event)) return;
    waiting.push(event);
    wake();
  };
  const stop = (): void => {
    listeners.delete(listen);
    wake();
  };
  const ended = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  if (!ended.aborted) {
    listeners.add(listen);
    ended.addEventListener('abort', stop, { once: true });
  }

  const next = async (): Promise<IteratorResult<Event, undefined>> => {
    for (;;) {
      const [event] = waiting.splice(0, 1);
      if (event !== undefined) return { done: false, value: event };
      if (!listeners.has(listen)) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
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
