import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The timer behind the measurement fires so often, and is late by at most as much of itself. */
const RESOLUTION_MS = 1;

/**
 * Does something and says for how long at most the program was held up meanwhile, in milliseconds. What was left behind
 * before is collected first.
 */
export async function heldUp<T>(work: () => Promise<T>): Promise<{ result: T; longestMs: number }> {
  collectGarbage();
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const result = await work();
  histogram.disable();
  return { result, longestMs: Math.max(0, histogram.max / 1e6 - RESOLUTION_MS) };
}

/** What the process holds after a full collection, in MiB. */
export interface Memory {
  heapMiB: number;
  residentMiB: number;
}

export function memoryInUse(): Memory {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapMiB: (heapUsed + external) / 2 ** 20, residentMiB: rss / 2 ** 20 };
}

/** Collects what was left behind lately, so that whose turn it is does not pay for those before. */
export function collectYoungGarbage(): void {
  garbageCollector()({ type: 'minor' });
}

function collectGarbage(): void {
  garbageCollector()();
}

let collector: ((options?: { type: 'minor' }) => void) | undefined;

/** Made once: the context that it comes from is itself something to be collected. */
function garbageCollector(): NonNullable<typeof collector> {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as NonNullable<typeof collector>;
  }
  return collector;
}
