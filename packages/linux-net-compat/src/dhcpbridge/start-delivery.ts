import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DeliveryOrder, DeliveryOutcome } from './delivery-order.js';

/** The most that a log is let grow to before it begins anew. */
const LOG_BYTES = 1_048_576;

/** A program that hands on. */
export interface Delivery {
  /** What comes of it within so many milliseconds; `undefined` when it is still about it. */
  outcome(milliseconds: number): Promise<DeliveryOutcome | undefined>;
  /** Ends it, with all that it started. */
  kill(): void;
}

/**
 * Starts the program that hands on. It shares no output with this one: dnsmasq waits until everybody has
 * closed that. It leads a process group of its own, so that all that a handler started ends with it.
 *
 * @param logPath takes what it prints, and what went wrong
 */
export async function startDelivery(order: DeliveryOrder, logPath: string): Promise<Delivery> {
  const log = await openLog(logPath);
  const output = log?.fd ?? 'ignore';
  const program = fileURLToPath(new URL('./dhcpbridge-deliverer.js', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(order)], {
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
    cwd: '/',
  });
  await log?.close();
  const failed = (error: string): DeliveryOutcome => ({ result: 'failed', error });
  const told = once(child, 'message').then(
    ([outcome]) => outcome as DeliveryOutcome,
    (error: Error) => failed(error.message),
  );
  // Not `exit`, which may come before the last message.
  const ended = once(child, 'close').then(
    ([code, signal]) => failed(`its process was ended by ${signal ?? `exit(${code})`}; see ${logPath}`),
    (error: Error) => failed(error.message),
  );
  return {
    outcome: (milliseconds) => Promise.race([told, ended, sleep(milliseconds, undefined)]),
    kill() {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    },
  };
}

async function openLog(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, 'a', 0o600);
    if ((await file.stat()).size > LOG_BYTES) await file.truncate();
    return file;
  } catch {
    // Without a log, as on a full disk, events are handed on all the same.
    return undefined;
  }
}
