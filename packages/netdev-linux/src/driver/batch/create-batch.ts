import {
  type DoneOperation,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  undoBatch,
} from 'netdev-core';
import type { Session } from '../session.js';
import { takeTurns } from '../turns.js';
import { deleteSeveral, takeDeletions, undoing } from './deletions.js';
import type { LinkTable } from './link-table.js';
import { createPipeline, type Pipeline } from './pipeline.js';
import type { Plan, PlannedOperation, Planning } from './plan/plan.js';
import { planOperation } from './plan/plan-operation.js';
import { readNumbers } from './read-links.js';
import { restore } from './restore/restore.js';
import { type Surroundings, surroundingsOf } from './surroundings.js';

/** Operations after whose doing alone the links have to be read again. */
const LINKS_CHANGE: readonly NetDevOperation['do'][] = [
  'create-link',
  'update-link',
  'move-link',
  'delete-namespace',
];

/** Operations that a kernel has no word for whose bridges know no VLANs. */
const VLANS_CHANGE: readonly NetDevOperation['do'][] = ['add-bridge-vlan', 'delete-bridge-vlan'];

const NO_DELETIONS = { names: [], count: 0 };

/** Does batches: operations in as few sends as they need, those without a plan between them by the driver's methods. */
export function createBatch(
  session: Session,
  driver: NetDevDriver,
  tell: (operation: NetDevOperation) => void,
): NetDevDriver['batch'] {
  return async (operations, options) => {
    const pipeline = createPipeline(session, driver, tell, options);
    const surroundings = surroundingsOf(session, operations, options);
    const turns = takeTurns();
    let place = 0;
    try {
      for (let operation = operations[0]; operation !== undefined; operation = operations[place]) {
        if (surroundings.isStaleFor(operation)) await pipeline.settle();
        const planning = surroundings.ready(operation) ?? (await surroundings.at(operation, place));
        const { names, count } =
          operation?.do === 'delete-link' ? takeDeletions(planning.links, operations, place) : NO_DELETIONS;
        if (names.length > 0) {
          await deleteSeveral(session, pipeline, tell, names, options);
          surroundings.forgetRest();
          place += count;
        } else {
          const plan = isPossible(driver, operation) ? planOrError(planning, operation) : 'alone';
          if (isPlanned(plan)) queue(pipeline, surroundings, plan);
          else await proceed({ session, pipeline, surroundings, planning, options }, operation, plan);
          if (pipeline.isFull) await pipeline.send();
          place += 1;
        }
        if (turns.isOver) await turns.next();
      }
      await pipeline.settle();
    } catch (cause) {
      const failed = pipeline.failed ?? operations[place];
      const { restoration } = surroundings;
      const rest: DoneOperation[] =
        restoration === undefined
          ? []
          : [{ what: 'what links had', undo: () => restore(session, restoration, tell) }];
      const done = [...rest, ...undoing(session, driver, tell, pipeline.done)];
      await undoBatch(done, failed, cause, pipeline.lost);
    }
  };
}

interface Progress {
  session: Session;
  pipeline: Pipeline;
  surroundings: Surroundings;
  planning: Planning;
  options: OperationOptions | undefined;
}

function isPossible({ capabilities }: NetDevDriver, operation: NetDevOperation): boolean {
  return !VLANS_CHANGE.includes(operation?.do) || capabilities.has('vlan-filtering');
}

type PlanOrError = Plan | { wrong: unknown };

function isPlanned(plan: PlanOrError): plan is PlannedOperation {
  return typeof plan === 'object' && 'steps' in plan;
}

/** Does an operation that cannot be sent with others as things are. */
async function proceed(progress: Progress, operation: NetDevOperation, plan: PlanOrError): Promise<void> {
  const { session, pipeline, surroundings, planning, options } = progress;
  if (isPlanned(plan)) {
    queue(pipeline, surroundings, plan);
  } else if (plan === 'alone') {
    await pipeline.alone(operation);
    if (LINKS_CHANGE.includes(operation.do)) surroundings.forgetLinks();
    else surroundings.forgetRest();
  } else {
    await pipeline.settle();
    if ('wrong' in plan) throw plan.wrong;
    await number(session, planning.links, options);
    const { name } = plan.numberOf;
    plan.numberOf.index ??= await session.indexOf(name, { operation: operation.do, object: name }, options);
    await proceed(progress, operation, planOrError(planning, operation));
  }
}

function queue(pipeline: Pipeline, surroundings: Surroundings, plan: PlannedOperation): void {
  if (plan.steps.length > 0) pipeline.add(plan);
  if (plan.disturbs) surroundings.forgetRest();
}

/** Learns the numbers of all links that were made so far: who asks for one often goes on to ask for the others. */
async function number(session: Session, links: LinkTable, options?: OperationOptions): Promise<void> {
  const entries = links.unnumbered();
  const names = entries.map(({ name }) => name);
  const numbers = await readNumbers(session, names, options);
  for (const entry of entries) entry.index = numbers.get(entry.name);
}

/** What is wrong with an operation is of no interest where one before it fails: it is thrown when those are done. */
function planOrError(planning: Planning, operation: NetDevOperation): PlanOrError {
  try {
    return planOperation(planning, operation);
  } catch (wrong) {
    return { wrong };
  }
}
