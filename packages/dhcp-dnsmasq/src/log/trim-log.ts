import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { fileSize } from '../file-size.js';

/** A log that is longer is emptied. */
const MOST_BYTES = 1_048_576;
/** What is kept of it, in a file beside it. */
const KEPT_BYTES = 65_536;

/** Whether a log of so many bytes is to be emptied. */
export function isTooLong(bytes: number): boolean {
  return bytes > MOST_BYTES;
}

/**
 * Empties a server's log when it has grown too long, but for its end, which is kept beside it. The server goes on in it. For
 * when nobody waits for a word in it: in the network's turn, before anything is started or reloaded. Answers its length in
 * bytes then.
 */
export async function trimLog(files: HostFiles, { log, formerLog }: ServerPaths): Promise<number> {
  const size = (await fileSize(files, log)) ?? 0;
  if (!isTooLong(size)) return size;
  const end = await files.readFrom(log, size - KEPT_BYTES);
  // Emptied first: where the disk is full, the copy has no place before.
  await files.empty(log);
  const text = end?.bytes.toString('latin1') ?? '';
  await files.write(formerLog, text.slice(text.indexOf('\n') + 1), { mode: 0o640 });
  return 0;
}

/** The same at any time, `alone` where there is something to do. */
export async function tidyLog(
  files: HostFiles,
  paths: ServerPaths,
  alone: (work: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  if (isTooLong((await fileSize(files, paths.log)) ?? 0)) await alone(() => trimLog(files, paths));
}
