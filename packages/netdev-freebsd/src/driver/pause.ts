import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError } from 'netdev-core';

/** Waits. @throws AbortedError when the signal fires */
export async function pause(
  milliseconds: number,
  operation: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((cause: unknown) => {
    throw new AbortedError({ operation, cause });
  });
}
