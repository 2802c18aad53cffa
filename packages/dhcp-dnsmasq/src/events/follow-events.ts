import type { DhcpEvent, Key } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { WakeUp } from '../wake-up.js';
import { statePath } from './journal-files.js';
import { endOfJournal, JournalReader, type ReadRecord } from './journal-reader.js';
import { type JournalPosition, renderPosition } from './position.js';

/** A server whose journal is followed. */
export interface FollowedServer {
  key: Key;
  paths: ServerPaths;
}

/** Whose events are told, and from where on. */
export interface Following {
  /** Asked again and again, so that servers that come later are heard from their first event. */
  servers: () => Promise<FollowedServer[]>;
  /** Networks that are not named begin with what comes from now on. */
  after: ReadonlyMap<Key, JournalPosition>;
  /** Is given a function that says that there may be news: for servers that come. Answers how to take that back. */
  onNews?: (wake: () => void) => () => void;
  signal: AbortSignal;
}

/**
 * The lease events of some servers, until the signal fires or the reader stops. `settled`: where they begin is found out;
 * what happens after that is told.
 */
export function followEvents(
  files: HostFiles,
  following: Following,
): { events: AsyncIterable<DhcpEvent>; settled: Promise<unknown> } {
  const begin = beginnings(files, following);
  // Told to whoever reads; a stream that nobody reads is no unhandled rejection.
  begin.catch(() => {});
  const events: AsyncIterable<DhcpEvent> = {
    [Symbol.asyncIterator]() {
      const stop = new AbortController();
      const signal = AbortSignal.any([following.signal, stop.signal]);
      const told = readEvents(files, { ...following, signal }, begin);
      return {
        next: () => told.next(),
        return: () => {
          // A generator takes no return while a next of it waits, so that has to end first.
          stop.abort();
          return told.return(undefined);
        },
      };
    },
  };
  return { events, settled: begin };
}

/** Where each network begins that is there by now, or was named. */
async function beginnings(
  files: HostFiles,
  { servers, after }: Following,
): Promise<ReadonlyMap<Key, JournalPosition>> {
  const found = await servers();
  const positions = new Map(after);
  await Promise.all(
    found.map(async ({ key, paths }) => {
      const end = positions.has(key) ? undefined : await endOfJournal(files, paths);
      if (end !== undefined) positions.set(key, end);
    }),
  );
  return positions;
}

async function* readEvents(
  files: HostFiles,
  { servers, onNews, signal }: Following,
  begin: Promise<ReadonlyMap<Key, JournalPosition>>,
): AsyncGenerator<DhcpEvent, undefined> {
  const positions = await begin;
  const readers = new Map<Key, JournalReader>();
  const wakeUp = new WakeUp(files);
  const unsubscribe = onNews?.(() => wakeUp.wake());
  let followed: FollowedServer[] = [];
  try {
    wakeUp.wake();
    while (!signal.aborted) {
      const changes = await wakeUp.changes(signal);
      if (signal.aborted) return;
      if (changes === 'any') {
        followed = await servers();
        wakeUp.watch(new Set(followed.map(({ paths }) => statePath(paths))));
      }
      for (const { key, paths } of followed) {
        const path = statePath(paths);
        if (changes !== 'any' && !changes.has(path)) continue;
        const reader = readers.get(key) ?? new JournalReader(files, paths, positions.get(key));
        const isNew = !readers.has(key);
        readers.set(key, reader);
        const news = await reader.news();
        // Nobody said so: what is watched is not the file any more.
        if (changes === 'any' && news.length > 0 && !isNew) wakeUp.renew(path);
        for (const record of news) {
          if (signal.aborted) return;
          yield eventOf(key, record);
        }
      }
    }
  } finally {
    unsubscribe?.();
    wakeUp.close();
  }
}

function eventOf(network: Key, { position: at, ...record }: ReadRecord): DhcpEvent {
  const position = renderPosition(at);
  return record.type === 'missed'
    ? { type: 'missed', network, position }
    : { type: record.type, network, lease: record.lease, position };
}
