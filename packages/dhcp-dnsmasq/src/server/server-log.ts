import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { fileSize } from '../file-size.js';
import { FileBell } from './file-bell.js';

/** What it says of a file that it cannot read (cache.c, option.c of dnsmasq). */
const UNREADABLE = /(?:failed to load names from|cannot read) .*/g;

/** What a server has said since a moment. Holds a watch on its log until it is closed. */
export interface ServerWords extends Disposable {
  said(): Promise<string>;
  /** Where its log ended at the last look, in bytes. */
  readonly end: number;
  /** Settles when more may have been said. */
  more(): Promise<void>;
}

/**
 * Listens to a server from now on.
 *
 * @param from where its log ended at a former look, in bytes; what it has said since then counts as well
 */
export async function listenToServer(
  files: HostFiles,
  { log }: ServerPaths,
  from?: number,
): Promise<ServerWords> {
  const begin = from ?? (await fileSize(files, log)) ?? 0;
  const bell = new FileBell(files, log);
  let end = begin;
  return {
    get end() {
      return end;
    },
    async said() {
      const part = await files.readFrom(log, begin);
      // A log that was emptied begins anew.
      const whole = part !== undefined && part.size < begin ? await files.readFrom(log, 0) : part;
      end = whole?.size ?? 0;
      return whole === undefined ? '' : whole.bytes.toString('utf8');
    },
    more: () => bell.next(),
    [Symbol.dispose]: () => bell.close(),
  };
}

/** Waits until a server has said all of these; answers false when it said that it cannot read a file, or the time is up. */
export async function awaitWords(
  words: ServerWords,
  awaited: readonly string[],
  milliseconds: number,
): Promise<boolean> {
  const until = performance.now() + milliseconds;
  for (;;) {
    await words.more();
    const said = await words.said();
    if (unreadable(said) !== undefined) return false;
    if (awaited.every((text) => said.includes(text))) return true;
    if (performance.now() >= until) return false;
  }
}

/** What a server said of a file that it could not read. One that was removed, as added hosts are, is none. */
export function unreadable(said: string): string | undefined {
  return said.match(UNREADABLE)?.find((line) => !line.includes('No such file or directory'));
}
