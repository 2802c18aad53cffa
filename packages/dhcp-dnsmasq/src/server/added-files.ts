import type { ServerPaths } from '../config/paths.js';
import type { Addition } from '../network/additions.js';
import { addedPaths } from '../network/folder-texts.js';
import { awaitWords, listenToServer, type ServerWords } from './server-log.js';
import type { ServerEnvironment } from './server-process.js';

/** How long dnsmasq may take to read a new file by itself. It takes a few milliseconds. */
const NOTICE_MS = 2_000;

/** Waits until a server has read an addition that was written since it is listened to; answers false when it has not. */
export async function hasReadAddition(
  { runner }: ServerEnvironment,
  paths: ServerPaths,
  words: ServerWords,
  { name, names }: Addition,
): Promise<boolean> {
  if (runner.dryRun) return true;
  const awaited = [
    `read ${paths.addedHosts}/${name}\n`,
    ...(names === '' ? [] : [`read ${paths.addedNames}/${name} - `]),
  ];
  return awaitWords(words, awaited, NOTICE_MS);
}

/**
 * Removes the names of earlier additions, which are in the file of all names by now. Only then: dnsmasq forgets them as
 * soon as their file goes. `runs`: the server is one that has to notice.
 */
export async function forgetAddedNames(
  { files, runner }: ServerEnvironment,
  paths: ServerPaths,
  runs: boolean,
): Promise<void> {
  const { names } = await addedPaths(files, paths);
  if (names.length === 0) return;
  using words = await listenToServer(files, paths);
  for (const path of names) await files.remove(path);
  if (!runs || runner.dryRun) return;
  await awaitWords(
    words,
    names.map((path) => `inotify: ${path} removed`),
    NOTICE_MS,
  );
}
