import type { Key } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import { type ServerPaths, serverPaths } from '../config/paths.js';
import { parseNote, type ServerNote } from './server-note.js';

/** The servers that have served below a directory. What else lies there is passed over. */
export async function knownServers(
  files: HostFiles,
  directory: string,
): Promise<{ paths: ServerPaths; note: ServerNote }[]> {
  const names = await files.list(directory);
  return (await Promise.all(names.map((name) => serverIn(files, directory, name)))).flat();
}

/** The same as often as it is asked for: a folder's note is read once, for the folder's name says whose it is. */
export function createServerScan(
  files: HostFiles,
  directory: string,
): () => Promise<{ key: Key; paths: ServerPaths }[]> {
  const known = new Map<string, { key: Key; paths: ServerPaths }>();
  return async () => {
    const names = await files.list(directory);
    const found = await Promise.all(
      names.map(async (name) => {
        const before = known.get(name);
        if (before !== undefined) return [before];
        const [server] = await serverIn(files, directory, name);
        if (server === undefined) return [];
        known.set(name, { key: server.note.key, paths: server.paths });
        return [{ key: server.note.key, paths: server.paths }];
      }),
    );
    return found.flat();
  };
}

async function serverIn(
  files: HostFiles,
  directory: string,
  name: string,
): Promise<{ paths: ServerPaths; note: ServerNote }[]> {
  const folder = `${directory}/${name}`;
  const note = parseNote(await files.read(`${folder}/network.json`).catch(() => undefined));
  const paths = note === undefined ? undefined : serverPaths(directory, note.key);
  // A folder that is not its key's own was not made by us.
  return note === undefined || paths?.folder !== folder ? [] : [{ paths, note }];
}
