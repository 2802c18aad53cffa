import { setTimeout as sleep } from 'node:timers/promises';
import type { HostPlatform } from './platform/host-platform.js';

/** How long an end may take that was asked for. */
const END_MS = 3_000;
const POLL_MS = 10;

/** Waits for a process to end; answers false when it does not. */
export async function hasEnded(platform: HostPlatform, pid: number, birth: string): Promise<boolean> {
  for (let waited = 0; waited <= END_MS; waited += POLL_MS) {
    if ((await platform.process(pid))?.birth !== birth) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** Waits for a process that is ending: without a command line, it holds its sockets for a moment still. */
export async function letEnd(platform: HostPlatform, pid: number): Promise<void> {
  const shown = await platform.process(pid);
  if (shown?.commandLine.length === 0) await hasEnded(platform, pid, shown.birth);
}
