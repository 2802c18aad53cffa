import { setTimeout as sleep } from 'node:timers/promises';
import { isNetDevError } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';

const ATTEMPTS = 20;
const DELAY_MS = 25;

/** Removes the files of a server that has ended; answers whether there were any. */
export async function removeFiles(
  files: HostFiles,
  paths: ServerPaths,
  { keepLeases }: { keepLeases: boolean },
): Promise<boolean> {
  if (!keepLeases) return removeInUse(files, paths.folder);
  const names = await files.list(paths.folder);
  const doomed = names.map((name) => `${paths.folder}/${name}`).filter((path) => path !== paths.leases);
  for (const path of doomed) await removeInUse(files, path);
  return doomed.length > 0;
}

/** The script of a last event may still write when the server has ended, and a directory is not empty again. */
async function removeInUse(files: HostFiles, path: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      // What was there at the first attempt may be all gone at the next.
      return (await files.remove(path)) || attempt > 1;
    } catch (error) {
      if (attempt === ATTEMPTS || !isNetDevError(error) || error.errno !== 'ENOTEMPTY') throw error;
      await sleep(DELAY_MS);
    }
  }
}
