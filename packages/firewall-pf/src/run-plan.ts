import { type OperationOptions, PartialError } from 'netdev-core';
import type { Pfctl } from './pfctl.js';
import type { Step } from './plan.js';

/**
 * Runs the steps. Each is done by pf all at once; when one fails, those before it are taken back.
 *
 * @throws what pfctl failed with; PartialError when something could not be taken back
 */
export async function runSteps(
  pfctl: Pfctl,
  steps: readonly Step[],
  options: OperationOptions = {},
): Promise<void> {
  const done: Step[] = [];
  try {
    for (const step of steps) {
      options.signal?.throwIfAborted();
      await forward(pfctl, step, options);
      done.push(step);
    }
  } catch (error) {
    const left: string[] = [];
    for (const step of done.reverse()) {
      try {
        await back(pfctl, step);
      } catch {
        left.push(`anchor ${step.path}`);
      }
    }
    if (left.length === 0) throw error;
    throw new PartialError({
      operation: 'apply',
      object: 'anchors of pf',
      detail: error instanceof Error ? error.message : String(error),
      hint: 'mend it with reconcile()',
      left,
      cause: error,
    });
  }
}

function forward(pfctl: Pfctl, step: Step, options: OperationOptions): Promise<void> {
  return step.kind === 'load'
    ? pfctl.load(step.path, step.text, options)
    : pfctl.changeTable(step.path, step.table, step.change, options);
}

function back(pfctl: Pfctl, step: Step): Promise<void> {
  return step.kind === 'load'
    ? pfctl.load(step.path, step.undo)
    : pfctl.changeTable(step.path, step.table, step.undo);
}
