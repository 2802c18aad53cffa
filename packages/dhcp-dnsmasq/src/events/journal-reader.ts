import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { fileSize } from '../file-size.js';
import { type JournalState, parseSegments, parseState, segmentPath, statePath } from './journal-files.js';
import { type JournalRecord, parseRecord } from './parse-journal.js';
import type { JournalPosition } from './position.js';

/** A record, and the position behind it. */
export type ReadRecord = JournalRecord & { position: JournalPosition };

const LINE_END = 0x0a;

/** Reads a journal on from a position. What that costs does not depend on how much was read before. */
export class JournalReader {
  readonly #files: HostFiles;
  readonly #paths: ServerPaths;
  #position: JournalPosition | undefined;
  #seen: string | undefined;

  /** @param position `undefined`: from the beginning of the journal, also of one that is not there yet */
  constructor(files: HostFiles, paths: ServerPaths, position: JournalPosition | undefined) {
    this.#files = files;
    this.#paths = paths;
    this.#position = position;
  }

  /** Behind what was read so far; `undefined` when there was no journal yet. */
  get position(): JournalPosition | undefined {
    return this.#position;
  }

  /** What came since the last time; nothing while the journal is gone, until there is one again. */
  async news(): Promise<ReadRecord[]> {
    const state = await this.#files.read(statePath(this.#paths));
    if (state !== undefined && state === this.#seen) return [];
    const found = await this.#readOn(parseState(state));
    this.#seen = state;
    return withoutRepeatedLosses(found);
  }

  async #readOn(current: JournalState | undefined): Promise<ReadRecord[]> {
    const found: ReadRecord[] = [];
    const lost = (position: JournalPosition): void => {
      this.#position = position;
      found.push({ type: 'missed', position });
    };
    this.#position ??= beginningOf(await this.#segments(current));
    while (this.#position !== undefined) {
      const at: JournalPosition = this.#position;
      const isLast = current !== undefined && isSame(current, at);
      // Looked for before the read: once there is a later segment, nothing is added to this one any more.
      const next = isLast ? undefined : (await this.#segments(current)).find((other) => isLater(other, at));
      const part = await this.#files.readFrom(segmentPath(this.#paths, at), at.offset);
      if (part === undefined) {
        const segments = await this.#segments(current);
        if (segments.length === 0 || (at.offset === 0 && segments.some((other) => isSame(other, at)))) break;
        const from = segments.find((other) => isSame(other, at) || isLater(other, at)) ?? segments[0];
        if (from !== undefined) lost({ ...from, offset: 0 });
      } else if (part.size < at.offset) {
        lost({ ...at, offset: part.size });
      } else {
        const complete = part.bytes.subarray(0, part.bytes.lastIndexOf(LINE_END) + 1);
        found.push(...recordsIn(complete, at));
        this.#position = { ...at, offset: at.offset + complete.length };
        if (next === undefined) break;
        this.#position = { ...next, offset: 0 };
      }
    }
    return found;
  }

  /** The segments that are there, and the one that is written next. */
  async #segments(current: JournalState | undefined): Promise<JournalState[]> {
    const segments = parseSegments(await this.#files.list(this.#paths.events));
    if (current === undefined || segments.some((other) => isSame(other, current))) return segments;
    return [...segments, current];
  }
}

/** Where the events begin that come from now on; `undefined` when there is no journal yet. */
export async function endOfJournal(
  files: HostFiles,
  paths: ServerPaths,
): Promise<JournalPosition | undefined> {
  const state = parseState(await files.read(statePath(paths)));
  const last = state ?? parseSegments(await files.list(paths.events)).at(-1);
  if (last === undefined) return undefined;
  return { ...last, offset: (await fileSize(files, segmentPath(paths, last))) ?? 0 };
}

function recordsIn(bytes: Buffer, at: JournalPosition): ReadRecord[] {
  let { offset } = at;
  return bytes
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      offset += line.length + 1;
      const record = parseRecord(line);
      return record === undefined ? [] : [{ ...record, position: { ...at, offset } }];
    });
}

/** Of losses in a row the last one says it all. */
function withoutRepeatedLosses(records: readonly ReadRecord[]): ReadRecord[] {
  return records.filter(({ type }, index) => type !== 'missed' || records[index + 1]?.type !== 'missed');
}

function beginningOf([oldest]: readonly JournalState[]): JournalPosition | undefined {
  return oldest === undefined ? undefined : { ...oldest, offset: 0 };
}

function isSame(one: JournalState, other: JournalState): boolean {
  return one.epoch === other.epoch && one.segment === other.segment;
}

function isLater(one: JournalState, other: JournalState): boolean {
  return one.epoch === other.epoch && one.segment > other.segment;
}
