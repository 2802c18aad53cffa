import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { asText, renderHosts, renderNames } from '../config/render-hosts.js';
import { renderOptions } from '../config/render-options.js';
import { renderAddition } from './additions.js';
import type { DataChange } from './data-change.js';
import { addedPaths, type FolderTexts, writeChanged } from './folder-texts.js';
import { newGeneration, parseSpec, renderSpec } from './spec.js';
import type { WantedNetwork } from './wanted-network.js';

/**
 * Writes a network's hosts, options and names so that a server reads the change. Answers the path of a new addition,
 * which the server reads by itself.
 *
 * The kept network comes first: whoever comes after a program that ended half-way finds what was wanted, and that the
 * server was not told of it yet.
 */
export async function writeNetwork(
  files: HostFiles,
  before: FolderTexts,
  wanted: WantedNetwork,
  paths: ServerPaths,
  change: DataChange,
): Promise<{ addition: string | undefined }> {
  const { network } = wanted;
  const present = parseSpec(before[paths.spec])?.generation;
  const generation = change.kind === 'rewritten' || present === undefined ? newGeneration() : present;
  await writeChanged(files, before, { [paths.spec]: renderSpec(wanted, generation) });
  if (change.kind === 'rewritten') {
    await writeChanged(files, before, {
      [paths.hosts]: renderHosts(network),
      [paths.options]: renderOptions(network),
      [paths.names]: renderNames(network),
    });
    // Those of an earlier generation. dnsmasq forgets none before it reads everything again.
    for (const path of (await addedPaths(files, paths)).hosts) await files.remove(path);
  }
  if (change.kind !== 'added') return { addition: undefined };
  const { name, hosts, names } = renderAddition(change.hosts, {
    generation,
    number: (await files.list(paths.addedHosts)).length,
    domain: network.domain,
  });
  return {
    addition: await writeAddition(files, paths, { name, hosts, names: names + asText(change.names) }),
  };
}

/** Names come first: a host is in the network once its own file is there. */
export async function writeAddition(
  files: HostFiles,
  paths: ServerPaths,
  { name, hosts, names }: { name: string; hosts: string; names: string },
): Promise<string> {
  if (names !== '') await files.write(`${paths.addedNames}/${name}`, names);
  try {
    await files.write(`${paths.addedHosts}/${name}`, hosts);
  } catch (error) {
    await files.remove(`${paths.addedNames}/${name}`);
    throw error;
  }
  return name;
}
