import { PartialError } from '../errors/index.js';
import type { OperationOptions } from '../operation-options.js';
import type { NetDevDriver } from './driver.js';
import type { NetDevOperation } from './operation.js';
import { performOperation } from './perform-operation.js';
import type { Undo } from './undo-entries.js';

/** An operation of a batch that was done. */
export interface DoneOperation {
  /** For the error, when it cannot be taken back and does not say itself what is left. */
  what: string;
  undo: Undo;
}

/**
 * For drivers: does operations in order, by the driver's other methods. If one fails, those before it are undone in reverse and its error is
 * thrown; what cannot be undone is said in a PartialError.
 */
export async function runBatch(
  driver: NetDevDriver,
  operations: readonly NetDevOperation[],
  options?: OperationOptions,
): Promise<void> {
  const done: DoneOperation[] = [];
  for (const operation of operations) {
    try {
      const undo = await performOperation(driver, operation, options);
      done.push({ what: operation.do, undo });
    } catch (cause) {
      await undoBatch(done, operation, cause);
    }
  }
}

/**
 * For drivers: takes back what was done of a batch, the last first.
 *
 * @param lost what cannot be taken back, or nobody knows whether it was done
 * @throws the error of the operation that failed, or a PartialError with what is left
 */
export async function undoBatch(
  done: readonly DoneOperation[],
  failed: NetDevOperation | undefined,
  cause: unknown,
  lost: readonly string[] = [],
): Promise<never> {
  const left = [...lost];
  for (const { what, undo } of done.toReversed()) {
    await undo().catch((error: unknown) =>
      left.push(...(error instanceof PartialError ? error.left : [what])),
    );
  }
  if (left.length === 0) throw cause;
  throw new PartialError({
    operation: 'do a batch, and undo it, after',
    object: failed?.do ?? 'nothing',
    detail: cause instanceof Error ? cause.message : String(cause),
    left,
    cause,
  });
}
