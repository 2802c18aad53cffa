import {
  type DhcpChange,
  isNetDevError,
  type OperationOptions,
  type ParsedDhcpNetwork,
  PartialError,
} from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { renderConfig } from '../config/render-config.js';
import { renderHosts, renderNames } from '../config/render-hosts.js';
import { renderOptions, renderOptionsAsConfig } from '../config/render-options.js';
import { prepareJournal } from '../events/prepare-journal.js';
import { renderNotifier } from '../events/render-notifier.js';
import { tellMissedOfKilled } from '../events/tell-missed.js';
import { eraseLeases, readLeases, releaseLeases } from '../leases/release-leases.js';
import { staleLeases } from '../leases/stale-leases.js';
import { removeFiles } from './remove-files.js';
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

type Texts = Readonly<Record<string, string>>;

/**
 * Makes a network's server run with its configuration. A server that could not be started leaves everything
 * as it was, the former server running included.
 */
export async function ensureServer(
  environment: ServerEnvironment,
  network: ParsedDhcpNetwork,
  paths: ServerPaths,
  options: OperationOptions,
): Promise<Exclude<DhcpChange['change'], 'adopted'>> {
  const { files } = environment;
  const { config, data, scripts } = renderAll(environment, network, paths);
  const note: ServerNote = {
    key: network.key,
    interface: network.interface,
    serverAddress: network.serverAddress,
    config: digest(config),
    data: digest(...Object.values(data)),
  };
  const wanted: Texts = { ...data, [paths.config]: config };
  const before = await readAll(files, [...Object.keys(wanted), paths.network]);
  const noted = parseNote(before[paths.network]);
  const configChanged = before[paths.config] !== config || noted?.config !== note.config;
  const dataChanged = differs(before, data) || noted?.data !== note.data;
  const pid = await findServer(environment, paths);
  const isNew = (await files.list(paths.folder)).length === 0;

  const optionsChanged = before[paths.options] !== data[paths.options] && data[paths.options] !== '';
  if (configChanged || optionsChanged) {
    const candidate = config + renderOptionsAsConfig(network);
    try {
      await testConfig(environment, paths, candidate, network.key, options);
    } catch (error) {
      if (isNew) await removeFiles(files, paths, { keepLeases: false });
      throw error;
    }
  }

  const restart = async (): Promise<'restarted'> => {
    await stopServer(environment, paths);
    await start();
    return 'restarted';
  };
  const start = async (): Promise<void> => {
    await eraseLeases(environment, paths, staleLeases(await readLeases(files, paths), network));
    if (environment.tellsLeases) await tellMissedOfKilled(environment, paths);
    await startServer(environment, paths, network.key, options);
  };
  const apply = async (): Promise<Exclude<DhcpChange['change'], 'adopted'>> => {
    if (pid === undefined) {
      await start();
      return 'started';
    }
    if (configChanged) return restart();
    if (dataChanged && !(await reloadServer(environment, paths, pid))) return restart();
    const stale = staleLeases(await readLeases(files, paths), network);
    if (stale.length === 0) return dataChanged ? 'reloaded' : 'none';
    if (stale.length > MOST_RELEASES || stale.some(({ mac }) => mac === undefined)) return restart();
    try {
      await releaseLeases(environment, paths, network.interface, stale, options);
      return 'reloaded';
    } catch (error) {
      // Without the tool, or when the server did not take it: a restart forgets them as well.
      if (isNetDevError(error, 'MISSING_TOOL') || isNetDevError(error, 'TIMEOUT')) return restart();
      throw error;
    }
  };

  try {
    if (environment.tellsLeases) await prepareJournal(files, paths);
    for (const [path, text] of Object.entries(scripts)) {
      if ((await files.read(path)) !== text) await files.write(path, text, { mode: 0o755 });
    }
    await writeChanged(files, before, wanted);
    const change = await apply();
    await writeChanged(files, before, { [paths.network]: renderNote(note) });
    return change;
  } catch (error) {
    await putBack(environment, paths, before, {
      key: network.key,
      isNew,
      ran: pid !== undefined,
      cause: error,
    });
    throw error;
  }
}

function renderAll(
  { tellsLeases, journalEvents }: ServerEnvironment,
  network: ParsedDhcpNetwork,
  paths: ServerPaths,
): { config: string; data: Texts; scripts: Texts } {
  return {
    config: renderConfig(network, paths, { tellsLeases }),
    data: {
      [paths.hosts]: renderHosts(network),
      [paths.options]: renderOptions(network),
      [paths.names]: renderNames(network),
    },
    scripts: tellsLeases ? { [paths.notifier]: renderNotifier(paths, journalEvents) } : {},
  };
}

/** Undoes a change that failed. @throws PartialError when the former server cannot be had back */
async function putBack(
  environment: ServerEnvironment,
  paths: ServerPaths,
  before: Readonly<Record<string, string | undefined>>,
  { key, isNew, ran, cause }: { key: string; isNew: boolean; ran: boolean; cause: unknown },
): Promise<void> {
  const { files } = environment;
  for (const [path, text] of Object.entries(before)) {
    if (text === undefined) await files.remove(path);
    else if ((await files.read(path)) !== text) await files.write(path, text);
  }
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

async function readAll(
  files: HostFiles,
  paths: readonly string[],
): Promise<Readonly<Record<string, string | undefined>>> {
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await files.read(path)] as const)),
  );
}

function differs(before: Readonly<Record<string, string | undefined>>, wanted: Texts): boolean {
  return Object.entries(wanted).some(([path, text]) => before[path] !== text);
}

async function writeChanged(
  files: HostFiles,
  before: Readonly<Record<string, string | undefined>>,
  wanted: Texts,
): Promise<void> {
  for (const [path, text] of Object.entries(wanted)) {
    if (before[path] !== text) await files.write(path, text);
  }
}
