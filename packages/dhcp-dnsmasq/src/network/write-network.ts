import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { asText, renderHosts, renderNames } from '../config/render-hosts.js';
import { renderOptions } from '../config/render-options.js';
import { type Addition, renderAddition } from './additions.js';
import type { DataChange } from './data-change.js';
import { addedPaths, dataTexts, type FolderTexts, writeChanged } from './folder-texts.js';
import { newGeneration, parseSpec, renderSpec } from './spec.js';
import type { WantedNetwork } from './wanted-network.js';

/**
 * Writes a network's hosts, options and names so that a server reads the change. Answers its generation, a new addition,
 * which the server reads by itself, and the texts that it reads when it is told to.
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
): Promise<{ generation: string; addition: Addition | undefined; data: readonly string[] }> {
  const { network } = wanted;
  const present = parseSpec(before[paths.spec])?.generation;
  const generation = change.kind === 'rewritten' || present === undefined ? newGeneration() : present;
  await writeChanged(files, before, { [paths.spec]: renderSpec(wanted, generation) });
  if (change.kind === 'rewritten') {
    const texts = {
      [paths.hosts]: renderHosts(network),
      [paths.options]: renderOptions(network),
      [paths.names]: renderNames(network),
    };
    await writeChanged(files, before, texts);
    // Those of an earlier generation. dnsmasq forgets none before it reads everything again.
    for (const path of (await addedPaths(files, paths)).hosts) await files.remove(path);
    return { generation, addition: undefined, data: dataTexts(texts, paths) };
  }
  const data = dataTexts(before, paths);
  if (change.kind !== 'added') return { generation, addition: undefined, data };
  const rendered = renderAddition(change.hosts, {
    generation,
    number: (await files.list(paths.addedHosts)).length,
    domain: network.domain,
  });
  const addition = { ...rendered, names: rendered.names + asText(change.names) };
  await writeAddition(files, paths, addition);
  return { generation, addition, data };
}

/**
 * Names come first: a host is in the network once its own file is there. From that one they are made again by the next
 * `ensure` where a crash of the machine has taken them, so they need not wait for the disk.
 */
export async function writeAddition(
  files: HostFiles,
  paths: ServerPaths,
  { name, hosts, names }: Addition,
): Promise<void> {
  if (names !== '') await files.write(`${paths.addedNames}/${name}`, names, { lossByCrash: 'anything' });
  try {
    await files.write(`${paths.addedHosts}/${name}`, hosts);
  } catch (error) {
    await files.remove(`${paths.addedNames}/${name}`);
    throw error;
  }
}
