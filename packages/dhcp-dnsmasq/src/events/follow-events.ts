import { setTimeout as sleep } from 'node:timers/promises';
import type { DhcpLeaseEvent } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { parseJournal } from './parse-journal.js';
import { journalPaths } from './render-notifier.js';

/** A server whose journal is followed. */
export interface FollowedServer {
  key: string;
  paths: ServerPaths;
}

/** A small file is read this often; the journal itself only when that file says that there is news. */
const POLL_MS = 25;

/** The number of the last event, as the script noted it; 0 when there was none yet. */
async function lastNumber(files: HostFiles, paths: ServerPaths): Promise<number> {
  const noted = (await files.read(journalPaths(paths).sequence))?.trim() ?? '';
  return /^[1-9]\d{0,15}$/.test(noted) ? Number(noted) : 0;
}

/**
 * The lease events of some servers from now on, until the signal fires or the reader stops. `servers` is
 * asked again and again, so that servers that come later are heard from their first event.
 */
export function followEvents(
  files: HostFiles,
  servers: () => Promise<FollowedServer[]>,
  signal: AbortSignal,
): AsyncIterable<DhcpLeaseEvent> {
  const begin = positions(files, servers);
  // Told to whoever reads; a stream that nobody reads is no unhandled rejection.
  begin.catch(() => {});
  return {
    [Symbol.asyncIterator]() {
      const stop = new AbortController();
      const events = readEvents(files, servers, begin, AbortSignal.any([signal, stop.signal]));
      return {
        next: () => events.next(),
        return: () => {
          // A generator takes no return while a next of it waits, so that has to end first.
          stop.abort();
          return events.return(undefined);
        },
      };
    },
  };
}

async function positions(
  files: HostFiles,
  servers: () => Promise<FollowedServer[]>,
): Promise<Map<string, number>> {
  const found = await servers();
  return new Map(
    await Promise.all(
      found.map(async ({ key, paths }) => [key, await lastNumber(files, paths)] as [string, number]),
    ),
  );
}

async function* readEvents(
  files: HostFiles,
  servers: () => Promise<FollowedServer[]>,
  begin: Promise<ReadonlyMap<string, number>>,
  signal: AbortSignal,
): AsyncGenerator<DhcpLeaseEvent, undefined> {
  const told = new Map(await begin);
  while (!signal.aborted) {
    for (const { key, paths } of await servers()) {
      const last = await lastNumber(files, paths);
      const before = told.get(key) ?? 0;
      if (last === before) continue;
      // A lower number: the server was removed and made again, and counts from 1.
      const news = await entriesAfter(files, paths, last < before ? 0 : before);
      told.set(key, Math.max(last, news.at(-1)?.number ?? 0));
      for (const { type, lease } of news) {
        if (signal.aborted) return;
        yield { type, network: key, lease };
      }
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

async function entriesAfter(files: HostFiles, paths: ServerPaths, number: number) {
  const texts = await Promise.all(journalPaths(paths).segments.map((path) => files.read(path)));
  return texts
    .flatMap((text) => parseJournal(text ?? ''))
    .filter((entry) => entry.number > number)
    .sort((one, other) => one.number - other.number);
}
