import type { HostFiles } from 'netdev-exec';
import { type ServerPaths, serverPaths } from '../config/paths.js';
import { parseNote, type ServerNote } from './server-note.js';

/** The servers that have served below a directory. What else lies there is passed over. */
export async function knownServers(
  files: HostFiles,
  directory: string,
): Promise<{ paths: ServerPaths; note: ServerNote }[]> {
  const found = await Promise.all(
    (await files.list(directory)).map(async (name) => {
      const folder = `${directory}/${name}`;
      const note = parseNote(await files.read(`${folder}/network.json`).catch(() => undefined));
      const paths = note === undefined ? undefined : serverPaths(directory, note.key);
      // A folder that is not its key's own was not made by us.
      return note === undefined || paths?.folder !== folder ? [] : [{ paths, note }];
    }),
  );
  return found.flat();
}
