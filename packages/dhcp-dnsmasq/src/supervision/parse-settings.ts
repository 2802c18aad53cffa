import { InvalidArgumentError, parseInteger } from 'netdev-core';
import type { SupervisionEvent, SupervisionSettings } from './supervise.js';

/** How servers are supervised. */
export interface SuperviseOptions {
  /** Is told what becomes of the servers. */
  onEvent: (event: SupervisionEvent) => void;
  /** Milliseconds between two looks at each server. Left out: 1000. */
  lookMs?: number | undefined;
  /** Milliseconds before the first start, doubled before each further one in a row. Left out: 100. */
  firstMs?: number | undefined;
  /** Milliseconds that are waited at most. Left out: 60,000. */
  longestMs?: number | undefined;
  /** Starts in a row after which a server is left alone. Left out: 20. */
  mostStarts?: number | undefined;
  /** Milliseconds for which a server has to serve before starts are counted anew. Left out: 60,000. */
  forgetMs?: number | undefined;
}

const LONGEST_MS = 86_400_000;

/** @throws InvalidArgumentError */
export function parseSupervision(options: SuperviseOptions): SupervisionSettings {
  const { onEvent } = options;
  if (typeof onEvent !== 'function') throw new InvalidArgumentError('onEvent', onEvent, 'a function');
  const time = (name: 'lookMs' | 'firstMs' | 'longestMs' | 'forgetMs', usual: number): number =>
    parseInteger(options[name] ?? usual, name, 1, LONGEST_MS, 'milliseconds');
  return {
    onEvent,
    lookMs: time('lookMs', 1_000),
    firstMs: time('firstMs', 100),
    longestMs: time('longestMs', 60_000),
    mostStarts: parseInteger(options.mostStarts ?? 20, 'mostStarts', 1, 1_000_000),
    forgetMs: time('forgetMs', 60_000),
  };
}
