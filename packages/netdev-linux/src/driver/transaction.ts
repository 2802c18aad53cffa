import { type NetDevError, type OperationOptions, PartialError } from 'netdev-core';
import { errnoName } from '../netlink/index.js';
import { type Attempt, kernelError } from './kernel-error.js';
import type { Session } from './session.js';

/** One request of several, and the one that takes it back. */
export interface Step {
  /** For the message, when it could not be taken back: `route 10.0.0.0/8`. */
  what: string;
  request: Uint8Array;
  /** Done in order; none for what another undo takes back. */
  undo: readonly Uint8Array[];
  /** Refusals that say that there is nothing to do. Then there is nothing to take back either. */
  accept: readonly string[];
  /**
   * What it takes down may also go by itself with something that another step takes down, as routes do
   * with an address. Then it is put back even where this step was refused.
   */
  frail?: boolean;
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

  const answered = (index: number): number => answers[index]?.errno ?? 0;
  if (!steps.some((_, index) => answered(index) === 0)) throw refused;
  const isAccepted = (step: Step, index: number): boolean => step.accept.includes(errnoName(answered(index)));
  const lost = await takeBack(
    session,
    steps.filter(({ frail = false }, index) => !frail && answered(index) === 0),
    steps.filter((step, index) => step.frail === true && !isAccepted(step, index)),
  );
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

/**
 * Everything frail is taken down once more before it comes back, also what is still there: of routes with the
 * same destination the kernel keeps the order in which they came.
 */
async function takeBack(
  session: Session,
  done: readonly Step[],
  frail: readonly Step[],
): Promise<readonly string[]> {
  const undoing = (steps: readonly Step[]) =>
    [...steps].reverse().flatMap(({ what, undo }) => undo.map((request) => ({ what, request })));
  const down = frail.map(({ request }) => ({ what: undefined, request }));
  const requests = [...undoing(done), ...down, ...undoing(frail)];
  const answers = await session.kernel.exchange(requests.map(({ request }) => request));
  // There again already, or gone already: the kernel's own doing, as with the route of an address.
  const harmless = ['errno 0', 'EEXIST', 'ESRCH', 'EADDRNOTAVAIL'];
  const lost = requests.flatMap(({ what }, index) =>
    what === undefined || harmless.includes(errnoName(answers[index]?.errno ?? 0)) ? [] : [what],
  );
  return [...new Set(lost)];
}
