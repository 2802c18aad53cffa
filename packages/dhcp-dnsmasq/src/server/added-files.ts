import type { ServerPaths } from '../config/paths.js';
import { addedPaths } from '../network/folder-texts.js';
import { awaitWords, listenToServer } from './server-log.js';
import type { ServerEnvironment } from './server-process.js';

/** How long dnsmasq may take to read a new file by itself. It takes a few milliseconds. */
const NOTICE_MS = 2_000;

/**
 * Listens to the server from now on; the function that comes out waits until it has read an addition, and answers false
 * when it has not.
 */
export async function hasReadAddition(
  { files, runner }: ServerEnvironment,
  paths: ServerPaths,
): Promise<(name: string) => Promise<boolean>> {
  const words = await listenToServer(files, paths);
  return async (name) => {
    if (runner.dryRun) return true;
    const named = (await files.version(`${paths.addedNames}/${name}`)) !== undefined;
    const awaited = [
      `read ${paths.addedHosts}/${name}\n`,
      ...(named ? [`read ${paths.addedNames}/${name} - `] : []),
    ];
    return awaitWords(words, awaited, NOTICE_MS);
  };
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
  const words = await listenToServer(files, paths);
  for (const path of names) await files.remove(path);
  if (!runs || runner.dryRun) return;
  await awaitWords(
    words,
    names.map((path) => `inotify: ${path} removed`),
    NOTICE_MS,
  );
}
