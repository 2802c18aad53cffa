import {
  createHostParser,
  type HostIndex,
  type HostParser,
  isNetDevError,
  type Key,
  NetworkNotServedError,
} from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { digest, parseNote } from '../server/server-note.js';
import { isOfGeneration, parseAddition } from './additions.js';
import { parseSpec } from './spec.js';
import { parseWanted, type WantedNetwork } from './wanted-network.js';

/** A network as its folder has it, with the hosts that were added since. */
export interface KeptNetwork {
  wanted: WantedNetwork;
  generation: string;
  hosts: HostIndex;
  parseHost: HostParser;
  /** How many files of added hosts there are. */
  additions: number;
  /** Whether the server has read all that is in the files; not so when a program ended half-way. */
  settled: boolean;
  /** What the files were when this was read. */
  versions: FolderVersions;
  /** The server's pid, when it was seen last. */
  pid: number | undefined;
  /** Where the server's log ended when it was listened to last, in bytes. */
  logEnd: number | undefined;
}

/** Others once anybody changed the network in the folder. */
export interface FolderVersions {
  /** Of the network as it was written last. */
  network: string | undefined;
  /** Of the directory of added hosts. */
  additions: string | undefined;
}

/** Reads a network from its folder, which is of these versions. @throws NetworkNotServedError */
export async function readNetwork(
  files: HostFiles,
  paths: ServerPaths,
  key: Key,
  versions: FolderVersions,
): Promise<KeptNetwork> {
  const spec = parseSpec(await files.read(paths.spec));
  if (spec === undefined) throw new NetworkNotServedError({ operation: 'change the hosts of', object: key });
  const wanted = parseWanted(spec.network);
  const { hosts } = wanted;
  const parseHost = createHostParser(wanted.network);
  const names = await additionsTo(files, paths, spec.generation);
  for (const name of names) {
    const text = await files.read(`${paths.addedHosts}/${name}`);
    for (const given of parseAddition(text ?? '')) {
      try {
        hosts.put(parseHost(given));
      } catch (error) {
        // Two programs may each have added a host with the same address: dnsmasq took the first as well.
        if (!isNetDevError(error, 'INVALID_ARGUMENT')) throw error;
      }
    }
  }
  return {
    wanted,
    generation: spec.generation,
    hosts,
    parseHost,
    additions: names.length,
    settled: await isSettled(files, paths),
    versions,
    pid: undefined,
    logEnd: undefined,
  };
}

/** A network that was just served and not changed since, without reading again what was written. */
export async function servedNetwork(
  files: HostFiles,
  paths: ServerPaths,
  { wanted, versions }: Pick<KeptNetwork, 'wanted' | 'versions'>,
): Promise<KeptNetwork | undefined> {
  const generation = parseNote(await files.read(paths.network))?.generation;
  if (generation === undefined) return undefined;
  return {
    wanted,
    generation,
    hosts: wanted.hosts,
    parseHost: createHostParser(wanted.network),
    additions: (await additionsTo(files, paths, generation)).length,
    settled: true,
    versions,
    pid: undefined,
    logEnd: undefined,
  };
}

async function additionsTo(files: HostFiles, paths: ServerPaths, generation: string): Promise<string[]> {
  return (await files.list(paths.addedHosts)).filter((name) => isOfGeneration(name, generation));
}

export async function folderVersions(files: HostFiles, paths: ServerPaths): Promise<FolderVersions> {
  const [network, additions] = await Promise.all([
    files.version(paths.spec),
    files.version(paths.addedHosts),
  ]);
  return { network, additions };
}

/** The same after an addition of our own, while nobody else changes anything. */
export async function afterAddition(
  files: HostFiles,
  paths: ServerPaths,
  { network }: FolderVersions,
): Promise<FolderVersions> {
  return { network, additions: await files.version(paths.addedHosts) };
}

export function isSameVersion(one: FolderVersions, other: FolderVersions): boolean {
  return one.network === other.network && one.additions === other.additions;
}

async function isSettled(files: HostFiles, paths: ServerPaths): Promise<boolean> {
  const read = async (path: string): Promise<string> => (await files.read(path)) ?? '';
  const note = parseNote(await files.read(paths.network));
  const data = digest(await read(paths.hosts), await read(paths.options), await read(paths.names));
  return note?.config === digest(await read(paths.config)) && note.data === data;
}
