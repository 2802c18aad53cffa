import type { Key } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { fileSize } from '../file-size.js';
import { WakeUp } from '../wake-up.js';
import { type LogLine, parseLogLine } from './parse-log-line.js';

/** What a network's server has said. */
export interface DnsmasqLogEntry extends LogLine {
  network: string;
}

const LINE_END = 0x0a;
/** Of a line without an end so much is waited for; then it is taken for one. */
const LONGEST_LINE = 65_536;

/**
 * What a server says from now on, and what its successors say, until the signal fires or the reader stops.
 *
 * @param tidy is called now and then, to keep the log short
 */
export function followLog(
  files: HostFiles,
  { key, paths }: { key: Key; paths: ServerPaths },
  signal: AbortSignal,
  tidy: () => Promise<unknown>,
): AsyncIterable<DnsmasqLogEntry> {
  const begin = fileSize(files, paths.log).then((size) => size ?? 0);
  begin.catch(() => {});
  return {
    [Symbol.asyncIterator]() {
      const stop = new AbortController();
      const ends = AbortSignal.any([signal, stop.signal]);
      const lines = readLines(files, paths, begin, ends, tidy);
      const entries = entriesOf(key, lines);
      return {
        next: () => entries.next(),
        return: () => {
          stop.abort();
          return entries.return(undefined);
        },
      };
    },
  };
}

async function* entriesOf(
  network: Key,
  lines: AsyncGenerator<string, undefined>,
): AsyncGenerator<DnsmasqLogEntry, undefined> {
  for await (const line of lines) {
    const parsed = parseLogLine(line);
    if (parsed !== undefined) yield { network, ...parsed };
  }
}

async function* readLines(
  files: HostFiles,
  { log }: ServerPaths,
  begin: Promise<number>,
  signal: AbortSignal,
  tidy: () => Promise<unknown>,
): AsyncGenerator<string, undefined> {
  let offset = await begin;
  const wakeUp = new WakeUp(files);
  try {
    wakeUp.wake();
    while (!signal.aborted) {
      const changes = await wakeUp.changes(signal);
      if (signal.aborted) return;
      const part = await files.readFrom(log, offset);
      const isShorter = part !== undefined && part.size < offset;
      // Of a server that was started again, or emptied.
      if (isShorter) offset = 0;
      if (changes === 'any' || isShorter) wakeUp.watch(new Set([log]));
      if (isShorter || (changes === 'any' && (part?.bytes.length ?? 0) > 0)) wakeUp.renew(log);
      if (isShorter) {
        wakeUp.wake();
        continue;
      }
      const bytes = part?.bytes ?? Buffer.alloc(0);
      const end = bytes.lastIndexOf(LINE_END) + 1 || (bytes.length > LONGEST_LINE ? bytes.length : 0);
      offset += end;
      for (const line of bytes.subarray(0, end).toString('latin1').split('\n')) {
        if (signal.aborted) return;
        if (line !== '') yield line;
      }
      if (changes === 'any') await tidy();
    }
  } finally {
    wakeUp.close();
  }
}
