import { setTimeout as sleep } from 'node:timers/promises';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { fileSize } from '../file-size.js';

const POLL_MS = 5;

/** What it says of a file that it cannot read (cache.c, option.c of dnsmasq). */
const UNREADABLE = /(?:failed to load names from|cannot read) .*/g;

/** What a server has said since a moment. */
export interface ServerWords {
  said(): Promise<string>;
}

/** Listens to a server from now on. */
export async function listenToServer(files: HostFiles, { log }: ServerPaths): Promise<ServerWords> {
  const from = (await fileSize(files, log)) ?? 0;
  return {
    async said() {
      const part = await files.readFrom(log, from);
      // A log that was emptied begins anew.
      const whole = part !== undefined && part.size < from ? await files.readFrom(log, 0) : part;
      return whole === undefined ? '' : whole.bytes.toString('utf8');
    },
  };
}

/** Waits until a server has said all of these; answers false when it said that it cannot read a file, or the time is up. */
export async function awaitWords(
  words: ServerWords,
  awaited: readonly string[],
  milliseconds: number,
): Promise<boolean> {
  for (let waited = 0; ; waited += POLL_MS) {
    const said = await words.said();
    if (unreadable(said) !== undefined) return false;
    if (awaited.every((text) => said.includes(text))) return true;
    if (waited >= milliseconds) return false;
    await sleep(POLL_MS);
  }
}

/** What a server said of a file that it could not read. One that was removed, as added hosts are, is none. */
export function unreadable(said: string): string | undefined {
  return said.match(UNREADABLE)?.find((line) => !line.includes('No such file or directory'));
}
