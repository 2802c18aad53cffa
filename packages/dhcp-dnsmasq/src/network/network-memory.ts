import type { Key } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import { type ServerPaths, serverPaths } from '../config/paths.js';
import {
  folderVersions,
  isSameVersion,
  type KeptNetwork,
  readNetwork,
  servedNetwork,
} from './kept-network.js';
import type { WantedNetwork } from './wanted-network.js';

/** What a driver knows of the networks in its directory, as long as nobody else changes them. */
export interface NetworkMemory {
  /** Remembers a network that was just served. What it holds is sorted out when a single host is asked for. */
  served(paths: ServerPaths, wanted: WantedNetwork): Promise<void>;
  /** A network with its hosts: the one that is remembered, or what its folder has. @throws NetworkNotServedError */
  kept(key: Key): Promise<KeptNetwork>;
  forget(key: Key): void;
}

/** A network that nobody has asked for a host of. */
type ServedNetwork = Pick<KeptNetwork, 'wanted' | 'versions'>;

export function createNetworkMemory(files: HostFiles, directory: string): NetworkMemory {
  const networks = new Map<Key, KeptNetwork | ServedNetwork>();
  return {
    async served(paths, wanted) {
      networks.set(wanted.network.key, { wanted, versions: await folderVersions(files, paths) });
    },
    async kept(key) {
      const paths = serverPaths(directory, key);
      const versions = await folderVersions(files, paths);
      const remembered = networks.get(key);
      const isCurrent = remembered !== undefined && isSameVersion(remembered.versions, versions);
      if (isCurrent && 'hosts' in remembered) return remembered;
      const network =
        (isCurrent ? await servedNetwork(files, paths, remembered) : undefined) ??
        (await readNetwork(files, paths, key, versions));
      networks.set(key, network);
      return network;
    },
    forget: (key) => void networks.delete(key),
  };
}
