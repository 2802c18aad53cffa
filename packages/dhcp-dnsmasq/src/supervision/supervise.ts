import { setTimeout as sleep } from 'node:timers/promises';
import { isNetDevError, type Key, type NetDevError } from 'netdev-core';
import type { ServerPaths } from '../config/paths.js';
import type { BackOff } from './back-off.js';
import { WatchedServer } from './watched-server.js';

/**
 * What became of a server that is supervised.
 *
 * - `ended`: it does not run any more, and nobody has stopped it;
 * - `started`: it was started again, as `attempt` in a row;
 * - `failed`: that did not work;
 * - `given-up`: it is left alone, until somebody else has started it.
 */
export type SupervisionEvent =
  | { type: 'ended'; network: Key }
  | { type: 'started'; network: Key; attempt: number; pid: number }
  | { type: 'failed'; network: Key; attempt: number; error: NetDevError }
  | { type: 'given-up'; network: Key; attempts: number };

/** What a supervision does with servers; the driver's part. */
export interface SupervisedServers {
  list(): Promise<{ key: Key; paths: ServerPaths }[]>;
  /** Whether all is well with it, while nobody changes it: it runs, or is not to run any more. */
  isWell(key: Key, paths: ServerPaths): Promise<boolean>;
  /** Starts it in the network's turn, if it still is to run and does not; `undefined`: there was nothing to do. @throws NetDevError */
  start(key: Key, paths: ServerPaths): Promise<number | undefined>;
  /** Keeps its log short, in the network's turn. */
  tidy(key: Key, paths: ServerPaths): Promise<void>;
}

/** How it is done. */
export interface SupervisionSettings extends BackOff {
  /** Milliseconds between two looks at each server. */
  lookMs: number;
  onEvent: (event: SupervisionEvent) => void;
}

/** What a look at one server may take of the time between looks, in milliseconds: at many servers is looked less often. */
const LOOK_MS_A_SERVER = 2;

/** Starts servers again that end by themselves, until the signal fires. */
export async function supervise(
  servers: SupervisedServers,
  settings: SupervisionSettings,
  signal: AbortSignal,
): Promise<void> {
  const watched = new Map<Key, WatchedServer>();
  const round = async (): Promise<void> => {
    const found = await servers.list();
    const keys = new Set(found.map(({ key }) => key));
    for (const key of watched.keys()) if (!keys.has(key)) watched.delete(key);
    for (const { key, paths } of found) {
      if (signal.aborted) return;
      const server = watched.get(key) ?? new WatchedServer(settings);
      watched.set(key, server);
      await lookAfter(servers, settings, { key, paths, server });
      await servers.tidy(key, paths);
    }
  };
  while (!signal.aborted) {
    try {
      await round();
    } catch (error) {
      // What the host refuses now, as an open file more, it may grant at the next look.
      if (!isNetDevError(error)) throw error;
    }
    const pause = Math.max(settings.lookMs, LOOK_MS_A_SERVER * watched.size);
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}

async function lookAfter(
  servers: SupervisedServers,
  { onEvent }: SupervisionSettings,
  { key, paths, server }: { key: Key; paths: ServerPaths; server: WatchedServer },
): Promise<void> {
  const step = server.look(await servers.isWell(key, paths), performance.now());
  if (step === 'ended') onEvent({ type: 'ended', network: key });
  if (step === 'give-up') onEvent({ type: 'given-up', network: key, attempts: server.start - 1 });
  if (step !== 'start') return;
  const attempt = server.start;
  try {
    const pid = await servers.start(key, paths);
    // Somebody has started or removed it meanwhile.
    if (pid === undefined) return;
    server.started(performance.now());
    onEvent({ type: 'started', network: key, attempt, pid });
  } catch (error) {
    if (!isNetDevError(error)) throw error;
    server.started();
    onEvent({ type: 'failed', network: key, attempt, error });
  }
}
