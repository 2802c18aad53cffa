import {
  type DhcpChange,
  isNetDevError,
  type NetDevErrorCode,
  type OperationOptions,
  PartialError,
} from 'netdev-core';
import type { ServerPaths } from '../config/paths.js';
import { renderConfig } from '../config/render-config.js';
import { renderOptions, renderOptionsAsConfig } from '../config/render-options.js';
import { prepareJournal } from '../events/prepare-journal.js';
import { renderNotifier } from '../events/render-notifier.js';
import { tellMissedOfKilled } from '../events/tell-missed.js';
import { earlierOwners } from '../leases/earlier-owners.js';
import { eraseLeases, readLeases, releaseLeases } from '../leases/release-leases.js';
import { staleLeases } from '../leases/stale-leases.js';
import { effectiveLines } from '../network/additions.js';
import { type DataChange, dataChange } from '../network/data-change.js';
import {
  dataTexts,
  type FolderTexts,
  readFolder,
  restoreFolder,
  writeChanged,
} from '../network/folder-texts.js';
import type { WantedNetwork } from '../network/wanted-network.js';
import { writeNetwork } from '../network/write-network.js';
import { forgetAddedNames, hasReadAddition } from './added-files.js';
import { removeFiles } from './remove-files.js';
import { listenToServer } from './server-log.js';
import { digest, parseNote, renderNote, type ServerNote } from './server-note.js';
import {
  findServer,
  reloadServer,
  type ServerEnvironment,
  startServer,
  stopServer,
  testConfig,
} from './server-process.js';

/** Each lease to take back is a program to run; with more than these a restart is the lesser disturbance. */
const MOST_RELEASES = 16;

/** What was done with a server; that it was left by another is for whoever asked to tell. */
export type ServerChange = Exclude<DhcpChange['change'], 'adopted'>;

/**
 * Makes a network's server run with its configuration. A server that could not be started leaves everything
 * as it was, the former server running included.
 */
export async function ensureServer(
  environment: ServerEnvironment,
  wanted: WantedNetwork,
  paths: ServerPaths,
  options: OperationOptions,
): Promise<ServerChange> {
  const { files } = environment;
  const { network } = wanted;
  const { key } = network;
  const noticesFiles = await environment.noticesFiles();
  const { tellsLeases, leaseStore } = environment;
  const config = renderConfig(network, paths, { tellsLeases, leaseStore, noticesFiles });
  const before = await readFolder(files, paths);
  const noted = parseNote(before[paths.network]);
  const configChanged = before[paths.config] !== config || noted?.config !== digest(config);
  const pid = await findServer(environment, paths);
  const isNew = (await files.list(paths.folder)).length === 0;
  const learns = noticesFiles && pid !== undefined && !configChanged;
  const data = changeOf(before, wanted, paths, { noted, learns });

  const hostOptions = renderOptions(network);
  if (configChanged || (before[paths.options] !== hostOptions && hostOptions !== '')) {
    try {
      await testConfig(environment, paths, config + renderOptionsAsConfig(network), key, options);
    } catch (error) {
      if (isNew) await removeFiles(files, paths, { keepLeases: false });
      throw error;
    }
  }

  const wasOfAnother = earlierOwners(() => linesOf(before, paths.hosts, paths.addedHosts));
  const stale = async () => staleLeases(await readLeases(files, paths), network, wasOfAnother);
  const start = async (): Promise<void> => {
    await eraseLeases(environment, paths, await stale());
    if (tellsLeases) await tellMissedOfKilled(environment, paths);
    await startServer(environment, paths, key, options);
  };
  const restart = async (): Promise<'restarted'> => {
    await stopServer(environment, paths);
    await start();
    return 'restarted';
  };
  const apply = async (learn: () => Promise<boolean>): Promise<ServerChange> => {
    if (pid === undefined) {
      await start();
      return 'started';
    }
    if (configChanged) return restart();
    let done: ServerChange = 'none';
    if (data.kind === 'added' && (await learn())) done = 'added';
    else if (data.kind !== 'none') {
      if (!(await reloadServer(environment, paths, pid))) return restart();
      done = 'reloaded';
    }
    const leases = await stale();
    if (leases.length === 0) return done;
    if (leases.length > MOST_RELEASES) return restart();
    try {
      await releaseLeases(environment, paths, network.interface, leases, options);
      return done === 'none' ? 'reloaded' : done;
    } catch (error) {
      // Without the tool, where too little is known of a client, or when the server did not take it: a restart forgets
      // them as well.
      const others: readonly NetDevErrorCode[] = ['MISSING_TOOL', 'PLATFORM', 'TIMEOUT'];
      if (others.some((code) => isNetDevError(error, code))) return restart();
      throw error;
    }
  };

  try {
    await prepareFolder(environment, paths);
    using words = await listenToServer(files, paths);
    const { generation, addition, data: read } = await writeNetwork(files, before, wanted, paths, data);
    await writeChanged(files, before, { [paths.config]: config });
    const change = await apply(
      async () => addition !== undefined && hasReadAddition(environment, paths, words, addition),
    );
    if (data.kind === 'rewritten') await forgetAddedNames(environment, paths, change === 'reloaded');
    const { interface: device, subnets } = network;
    const note = renderNote({
      key,
      interface: device,
      serverAddress: subnets[0].serverAddress,
      config: digest(config),
      data: digest(...read),
      generation,
    });
    await writeChanged(files, before, { [paths.network]: note });
    return change;
  } catch (error) {
    await putBack(environment, paths, before, { key, isNew, ran: pid !== undefined, cause: error });
    throw error;
  }
}

function changeOf(
  before: FolderTexts,
  { network }: WantedNetwork,
  paths: ServerPaths,
  { noted, learns }: { noted: ServerNote | undefined; learns: boolean },
): DataChange {
  const change = dataChange(
    {
      hostLines: new Set(linesOf(before, paths.hosts, paths.addedHosts)),
      nameLines: new Set(linesOf(before, paths.names, paths.addedNames)),
      options: before[paths.options] ?? '',
      isRead: noted?.data === digest(...dataTexts(before, paths)),
    },
    network,
  );
  return change.kind === 'added' && !learns ? { kind: 'rewritten' } : change;
}

/** The lines of a file, and of those that were added in a directory. */
function linesOf(texts: FolderTexts, path: string, directory: string): string[] {
  return Object.entries(texts)
    .filter(([name]) => name === path || name.startsWith(`${directory}/`))
    .flatMap(([, text]) => effectiveLines(text));
}

/** What dnsmasq wants to find when it starts. */
async function prepareFolder(environment: ServerEnvironment, paths: ServerPaths): Promise<void> {
  const { files, tellsLeases, journalEvents } = environment;
  for (const directory of [paths.addedHosts, paths.addedNames]) await files.makeDirectory(directory);
  if (!tellsLeases) return;
  await prepareJournal(files, paths);
  const script = renderNotifier(paths, journalEvents);
  if ((await files.read(paths.notifier)) !== script) {
    await files.write(paths.notifier, script, { mode: 0o755 });
  }
}

/** Undoes a change that failed. @throws PartialError when the former server cannot be had back */
async function putBack(
  environment: ServerEnvironment,
  paths: ServerPaths,
  before: FolderTexts,
  { key, isNew, ran, cause }: { key: string; isNew: boolean; ran: boolean; cause: unknown },
): Promise<void> {
  const { files } = environment;
  await restoreFolder(files, paths, before);
  if (!ran) {
    // With what dnsmasq itself made before it failed.
    if (isNew) await removeFiles(files, paths, { keepLeases: false });
    return;
  }
  try {
    const pid = await findServer(environment, paths);
    if (pid === undefined) await startServer(environment, paths, key, {});
    else await reloadServer(environment, paths, pid);
  } catch (again) {
    throw new PartialError({
      operation: 'change the DHCP server of',
      object: key,
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: `the former server could not be started again either: ${again instanceof Error ? again.message : again}`,
      left: ['the files of the former configuration', 'no server'],
      cause,
    });
  }
}
