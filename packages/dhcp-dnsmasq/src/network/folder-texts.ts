import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';

/** The texts of files by their paths; `undefined` for one that is not there. */
export type FolderTexts = Readonly<Record<string, string | undefined>>;

/** What the server reads again when it is told to. */
function dataPaths({ hosts, options, names }: ServerPaths): string[] {
  return [hosts, options, names];
}

/** Those of {@link dataPaths}, as far as they are there. */
export function dataTexts(texts: FolderTexts, paths: ServerPaths): string[] {
  return dataPaths(paths).map((path) => texts[path] ?? '');
}

/** All texts that make up a network, those of added hosts included. */
export async function readFolder(files: HostFiles, paths: ServerPaths): Promise<FolderTexts> {
  const added = await addedPaths(files, paths);
  const all = [paths.config, paths.spec, paths.network, ...dataPaths(paths), ...added.hosts, ...added.names];
  return Object.fromEntries(
    await Promise.all(all.map(async (path) => [path, await files.read(path)] as const)),
  );
}

/** The files of added hosts and of their names. */
export async function addedPaths(
  files: HostFiles,
  { addedHosts, addedNames }: ServerPaths,
): Promise<{ hosts: string[]; names: string[] }> {
  const below = async (directory: string) =>
    (await files.list(directory)).map((name) => `${directory}/${name}`);
  return { hosts: await below(addedHosts), names: await below(addedNames) };
}

/** Brings the folder back to what it was. */
export async function restoreFolder(
  files: HostFiles,
  paths: ServerPaths,
  before: FolderTexts,
): Promise<void> {
  const now = await readFolder(files, paths);
  for (const path of Object.keys(now)) {
    if (now[path] !== undefined && before[path] === undefined) await files.remove(path);
  }
  for (const [path, text] of Object.entries(before)) {
    if (text !== undefined && now[path] !== text) await files.write(path, text);
  }
}

/** Writes those that differ from what was there. */
export async function writeChanged(
  files: HostFiles,
  before: FolderTexts,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(wanted)) {
    if (before[path] !== text) await files.write(path, text);
  }
}
