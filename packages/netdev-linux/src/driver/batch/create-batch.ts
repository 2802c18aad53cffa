import { type NetDevDriver, type NetDevOperation, type OperationOptions, undoBatch } from 'netdev-core';
import type { Session } from '../session.js';
import { takeTurns } from '../turns.js';
import { deleteSeveral, takeDeletions, undoing } from './deletions.js';
import { type LinkTable, linkTable } from './link-table.js';
import { createPipeline, type Pipeline } from './pipeline.js';
import { type Plan, planOperation } from './plan-operation.js';
import { namedLinks, readLinks } from './read-links.js';

/** Operations after whose doing alone the links have to be read again. */
const LINKS_CHANGE: readonly NetDevOperation['do'][] = [
  'create-link',
  'update-link',
  'move-link',
  'delete-namespace',
];

/** Does batches: operations on links in as few sends as they need, the others between them by the driver's methods. */
export function createBatch(
  session: Session,
  driver: NetDevDriver,
  tell: (operation: NetDevOperation) => void,
): NetDevDriver['batch'] {
  return async (operations, options) => {
    const pipeline = createPipeline(session, driver, tell, options);
    let links: LinkTable | undefined;
    const turns = takeTurns();
    let place = 0;
    try {
      while (place < operations.length) {
        links ??= linkTable(await readLinks(session, namedLinks(operations.slice(place)), options));
        const { names, count } = takeDeletions(links, operations, place);
        if (names.length > 0) {
          await deleteSeveral(session, pipeline, tell, names, options);
          place += count;
        } else {
          const known = await proceed(session, pipeline, links, operations[place], options);
          if (!known) links = undefined;
          place += 1;
        }
        await turns.between();
      }
      await pipeline.settle();
    } catch (cause) {
      const failed = pipeline.failed ?? operations[place];
      await undoBatch(undoing(session, driver, tell, pipeline.done), failed, cause, pipeline.lost);
    }
  };
}

/** Sends or does an operation; says whether the links are known still. */
async function proceed(
  session: Session,
  pipeline: Pipeline,
  links: LinkTable,
  operation: NetDevOperation | undefined,
  options?: OperationOptions,
): Promise<boolean> {
  if (operation === undefined) return true;
  const plan = await planned(pipeline, links, operation);
  if (plan === 'alone') {
    await pipeline.alone(operation);
    return !LINKS_CHANGE.includes(operation.do);
  }
  if ('numberOf' in plan) {
    await pipeline.settle();
    const { name } = plan.numberOf;
    plan.numberOf.index = await session.indexOf(name, { operation: operation.do, object: name }, options);
    return proceed(session, pipeline, links, operation, options);
  }
  if (plan.steps.length > 0) await pipeline.add(plan);
  return true;
}

/** What is wrong with an operation is of no interest where one before it fails. */
async function planned(pipeline: Pipeline, links: LinkTable, operation: NetDevOperation): Promise<Plan> {
  try {
    return planOperation(links, operation);
  } catch (cause) {
    await pipeline.settle();
    throw cause;
  }
}
