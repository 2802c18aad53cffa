import { type NetDevError, type OperationOptions, PartialError } from 'netdev-core';
import { errnoName } from '../netlink/index.js';
import { type Attempt, kernelError } from './kernel-error.js';
import type { Session } from './session.js';

/** One request of several, and the one that takes it back. */
export interface Step {
  /** For the message, when it could not be taken back: `route 10.0.0.0/8`. */
  what: string;
  request: Uint8Array;
  undo: Uint8Array | undefined;
  /** Refusals that say that there is nothing to do. Then there is nothing to take back either. */
  accept: readonly string[];
}

/**
 * Sends steps in one go. The kernel does each that it can, so when one is refused all that were done
 * are taken back, the last first.
 *
 * @returns which of the steps changed something
 * @throws the error of the first that was refused; PartialError when not all could be taken back
 */
export async function runSteps(
  session: Session,
  attempt: Attempt,
  steps: readonly Step[],
  options?: OperationOptions,
): Promise<boolean[]> {
  const answers = await session.kernel.exchange(
    steps.map(({ request }) => request),
    options,
  );
  const refusal = (index: number): NetDevError | undefined => {
    const [step, answer] = [steps[index], answers[index]];
    if (step === undefined || answer === undefined || answer.errno === 0) return undefined;
    if (step.accept.includes(errnoName(answer.errno))) return undefined;
    return kernelError(
      { operation: attempt.operation, object: `${attempt.object} (${step.what})` },
      answer,
      step.request,
    );
  };
  const refused = steps.map((_, index) => refusal(index)).find((error) => error !== undefined);
  if (refused === undefined) return answers.map(({ errno }) => errno === 0);

  const done = steps.filter((_, index) => answers[index]?.errno === 0).reverse();
  const lost = await takeBack(session, done);
  if (lost.length === 0) throw refused;
  throw new PartialError({
    ...attempt,
    detail: refused.detail,
    errno: refused.errno,
    hint: refused.hint,
    left: lost.map((what) => `${what} could not be put back`),
    cause: refused,
  });
}

async function takeBack(session: Session, done: readonly Step[]): Promise<string[]> {
  const undone = done.flatMap(({ what, undo }) => (undo === undefined ? [] : [{ what, undo }]));
  const answers = await session.kernel.exchange(undone.map(({ undo }) => undo));
  // There again already, or gone already: the kernel's own doing, as with the route of an address.
  const harmless = ['errno 0', 'EEXIST', 'ESRCH', 'EADDRNOTAVAIL'];
  return undone
    .filter((_, index) => !harmless.includes(errnoName(answers[index]?.errno ?? 0)))
    .map(({ what }) => what);
}
