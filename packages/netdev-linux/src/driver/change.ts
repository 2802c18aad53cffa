import type { NetDevOperation, OperationOptions } from 'netdev-core';
import { errnoName } from '../netlink/index.js';
import { type Attempt, kernelError } from './kernel-error.js';
import type { Session } from './session.js';

/** A request that changes the host, and how its answer is judged: as data, to be carried out alone or with others. */
export interface Change {
  attempt: Attempt;
  request: Uint8Array;
  /** Refusals that say that there was nothing to do: what was to go went by itself. */
  accept: readonly string[];
  /** What is told when it is done. */
  told: NetDevOperation;
}

/** Carries out a change by itself, and tells of it; says whether it was one. */
export async function carryOut(
  session: Session,
  { attempt, request, accept, told }: Change,
  tell: (operation: NetDevOperation) => void,
  options?: OperationOptions,
): Promise<boolean> {
  const [answer] = await session.kernel.exchange([request], options);
  const errno = answer?.errno ?? 0;
  if (answer !== undefined && errno !== 0) {
    if (accept.includes(errnoName(errno))) return false;
    throw kernelError(attempt, answer, request);
  }
  tell(told);
  return true;
}
