import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PlatformError } from 'netdev-core';
import type { Receiver } from './receiver.js';

/** For what a handler has to do when its process ends. */
const EXIT_MS = 300;

/**
 * Runs a handler module in a process of its own: one that loops, exits or crashes takes nobody else along,
 * and what it prints is no lease. Its output goes to `report`, never to the program's own: a process that it
 * leaves behind would hold that open, and dnsmasq waits until everybody has closed it.
 */
export function startHandlerProcess(
  modulePath: string,
  signal: AbortSignal,
  report: NodeJS.WritableStream,
): Receiver {
  const program = fileURLToPath(new URL('./dhcpbridge-handler.js', import.meta.url));
  // In a process group of its own, so that all that it started can be ended with it.
  const child = spawn(process.execPath, [program, modulePath], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    cwd: '/',
  });
  child.stdout?.pipe(report, { end: false });
  child.stderr?.pipe(report, { end: false });
  let ended: string | undefined;
  const exit = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended ??= error.message;
      resolve();
    });
    child.once('exit', (code, name) => {
      ended ??= code === null ? `its process was ended by ${name}` : `its process exited with ${code}`;
      resolve();
    });
  });
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All of them are gone already.
    }
  };
  const failure = (detail: string): PlatformError =>
    new PlatformError({ operation: 'run the handler', object: modulePath, detail });

  return {
    async ask(request) {
      if (ended !== undefined) throw failure(ended);
      const given = once(child, 'message', { signal }).then(([answer]: unknown[]) => answer);
      const gone = exit.then(() => Promise.reject(failure(ended ?? 'its process ended')));
      const unsent = new Promise<never>((_, reject) => {
        child.send(request, (error) => {
          if (error !== null) void exit.then(() => reject(failure(ended ?? error.message)));
        });
      });
      return Promise.race([given, gone, unsent]);
    },
    async close() {
      if (child.connected && !signal.aborted) {
        child.disconnect();
        await Promise.race([exit, sleep(EXIT_MS, undefined, { ref: false })]);
      }
      kill();
    },
  };
}
