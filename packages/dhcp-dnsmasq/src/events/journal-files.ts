import type { ServerPaths } from '../config/paths.js';

/**
 * The journal of a server's lease events: segments that are only ever appended to, `journal-EPOCH-SEGMENT`, and a
 * small file that says which is the current one. The epoch is drawn anew with each journal, so that a
 * position in one is never taken for one in another. All words have a fixed number of letters: the state is
 * overwritten in place, which needs no space on a full disk, and names sort by segment.
 */
export interface JournalState {
  epoch: string;
  segment: number;
}

export const FIRST_SEGMENT = 10_000_000;
/** Where the count of a segment's events starts. */
export const FIRST_COUNT = 1_000_000;
/** Older segments that are kept beside the current one. */
export const OLDER_SEGMENTS = 4;
export const MOST_EVENTS = 1_000_000;
/** What a journal keeps when nobody says how much. */
export const USUAL_EVENTS = 8_192;

/** The file that is written with every event, and only overwritten: who watches it hears of all. */
export function statePath({ events }: ServerPaths): string {
  return `${events}/state`;
}

export function segmentPath({ events }: ServerPaths, { epoch, segment }: JournalState): string {
  return `${events}/journal-${epoch}-${segment}`;
}

/** `EPOCH SEGMENT COUNT LOST`, the last being 1 while an event could not be written. */
export function renderState({ epoch, segment }: JournalState): string {
  return `${epoch} ${segment} ${FIRST_COUNT} 0\n`;
}

export function parseState(text: string | undefined): JournalState | undefined {
  const [, epoch = '', segment] = /^([0-9a-f]{8}) ([1-9]\d{7}) [1-9]\d{6} [01]\n$/.exec(text ?? '') ?? [];
  return segment === undefined ? undefined : { epoch, segment: Number(segment) };
}

/** The segments among the names in the journal's folder, the oldest first. */
export function parseSegments(names: readonly string[]): JournalState[] {
  return names
    .flatMap((name) => {
      const [, epoch = '', segment] = /^journal-([0-9a-f]{8})-([1-9]\d{7})$/.exec(name) ?? [];
      return segment === undefined ? [] : [{ epoch, segment: Number(segment) }];
    })
    .sort((one, other) => one.segment - other.segment);
}
