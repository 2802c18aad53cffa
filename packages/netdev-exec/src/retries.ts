import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError, isNetDevError } from 'netdev-core';
import type { RunOptions, RunResult } from './runner.js';
import { shellCommand } from './shell-quote.js';

/** Runs a command as often as its options say; only failures by exit status are tried again. */
export async function withRetries(
  argv: readonly string[],
  { attempts = 1, retryDelayMs = 0, signal }: RunOptions,
  once: () => Promise<RunResult>,
): Promise<RunResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once();
    } catch (error) {
      if (attempt >= attempts || !isNetDevError(error, 'COMMAND_FAILED')) throw error;
    }
    await sleep(retryDelayMs, undefined, signal ? { signal } : {}).catch((cause) => {
      throw new AbortedError({ operation: 'run', object: shellCommand(argv), cause });
    });
  }
}
