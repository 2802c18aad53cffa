import { randomBytes } from 'node:crypto';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { FIRST_SEGMENT, parseSegments, renderState, statePath } from './journal-files.js';

/** Begins a server's journal where there is none. */
export async function prepareJournal(files: HostFiles, paths: ServerPaths): Promise<void> {
  if ((await files.read(statePath(paths))) !== undefined) return;
  // Segments without a state: the script makes it anew from them, so that they can be read on.
  if (parseSegments(await files.list(paths.events)).length > 0) return;
  const epoch = randomBytes(4).toString('hex');
  await files.write(statePath(paths), renderState({ epoch, segment: FIRST_SEGMENT }));
}
