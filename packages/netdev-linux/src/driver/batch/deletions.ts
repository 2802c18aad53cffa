import {
  type DoneOperation,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  parseInterfaceName,
} from 'netdev-core';
import type { Session } from '../session.js';
import { takeTurns } from '../turns.js';
import { deleteTogether } from './delete-links.js';
import type { LinkTable } from './link-table.js';
import type { Done, Pipeline } from './pipeline.js';

/**
 * Takes the deletions that stand next to each other from a place on out of the table: the links that have to be
 * deleted, and how many operations that is. One that an earlier one takes along is done by that. Ends before a
 * link that is not known: it may be there by now.
 */
export function takeDeletions(
  links: LinkTable,
  operations: readonly NetDevOperation[],
  place: number,
): { names: string[]; count: number } {
  const names: string[] = [];
  const gone = new Set<string>();
  let end = place;
  for (; end < operations.length; end++) {
    const operation = operations[end];
    if (operation?.do !== 'delete-link') break;
    if (gone.has(operation.name)) continue;
    const entry = links.get(operation.name);
    if (entry === undefined) break;
    names.push(entry.name);
    for (const name of links.delete(entry)) gone.add(name);
  }
  return { names, count: end - place };
}

/** Deletes links of a batch together. */
export async function deleteSeveral(
  session: Session,
  pipeline: Pipeline,
  tell: (operation: NetDevOperation) => void,
  names: readonly string[],
  options?: OperationOptions,
): Promise<void> {
  await pipeline.settle();
  const results = await deleteTogether(session, names, options);
  const turns = takeTurns();
  for (const { name, deleted } of results) {
    if (turns.isOver) await turns.next();
    if (!deleted) continue;
    tell({ do: 'delete-link', name: parseInterfaceName(name) });
    pipeline.done.push({
      what: 'delete-link',
      undo: async () => {
        throw new Error('a deleted link is not made again');
      },
    });
  }
  // The others: one after the other also finds out which it is that the kernel refuses.
  for (const name of names.slice(results.length)) await pipeline.alone({ do: 'delete-link', name });
}

/** What undoes a batch: links that were made one after the other go together. */
export function undoing(
  session: Session,
  driver: NetDevDriver,
  tell: (operation: NetDevOperation) => void,
  done: readonly Done[],
): DoneOperation[] {
  const operations: DoneOperation[] = [];
  let made: string[] = [];
  const endRun = (): void => {
    if (made.length === 0) return;
    const names = made.toReversed();
    made = [];
    operations.push({
      what: `create-link ${names.join(', ')}`,
      undo: () => takeAway(session, driver, tell, names),
    });
  };
  for (const one of done) {
    if ('delete' in one) {
      made.push(one.delete);
      continue;
    }
    endRun();
    operations.push(
      'undo' in one ? one : { what: 'update-link', undo: () => driver.updateLink(one.update, one.changes) },
    );
  }
  endRun();
  return operations;
}

async function takeAway(
  session: Session,
  driver: NetDevDriver,
  tell: (operation: NetDevOperation) => void,
  names: readonly string[],
): Promise<void> {
  const results = await deleteTogether(session, names);
  for (const { name, deleted } of results) {
    if (deleted) tell({ do: 'delete-link', name: parseInterfaceName(name) });
  }
  const errors: unknown[] = [];
  for (const name of names.slice(results.length)) {
    await driver.deleteLink(name).catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) throw errors[0];
}
