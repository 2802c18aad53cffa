import { PartialError } from 'netdev-core';
import type { FaultMode } from './faults.js';

/** Notes what takes a step back that was just done; `what` names what is left when that fails. */
export type NoteUndo = (what: string, back: () => Promise<unknown>) => void;

/**
 * Does something of several steps. When one fails, those before it are taken back, the last first,
 * unless the faults are kept: the original left off where it failed.
 *
 * @throws what the step threw; PartialError when something could not be taken back
 */
export async function undoable<Result>(
  faults: FaultMode,
  attempt: { operation: string; object: string },
  work: (undo: NoteUndo) => Promise<Result>,
): Promise<Result> {
  const done: { what: string; back: () => Promise<unknown> }[] = [];
  try {
    return await work((what, back) => done.push({ what, back }));
  } catch (cause) {
    if (faults === 'keep') throw cause;
    const left: string[] = [];
    for (const { what, back } of done.reverse()) await back().catch(() => left.push(what));
    if (left.length === 0) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new PartialError({ ...attempt, detail, left, cause });
  }
}
