import { isNetDevError, type NetDevError, type NetDevOperation, type OperationOptions } from 'netdev-core';
import { type Answer, errnoName } from '../../netlink/index.js';
import type { Session } from '../session.js';
import type { PlannedOperation, TakeBack } from './plan/plan.js';

/** What came of planned operations that were sent together. */
export interface Sent {
  /** To be told, in their order. */
  told: NetDevOperation[];
  /** What takes back what was done, in the order in which it was done. */
  takeBack: TakeBack[];
  /** The first that failed, and why. */
  failed: { operation: NetDevOperation; cause: unknown } | undefined;
  /** What cannot be taken back, or nobody knows whether it was done. */
  lost: string[];
}

/** Sends operations in one go and sorts what the kernel says of them. */
export async function sendPlanned(
  session: Session,
  planned: readonly PlannedOperation[],
  options?: OperationOptions,
): Promise<Sent> {
  const requests = planned.flatMap(({ steps }) => steps.map(({ request }) => request));
  try {
    return sortAnswers(planned, await session.kernel.exchange(requests, options));
  } catch (cause) {
    const [first] = planned;
    // Not sent when given up; of anything else nobody knows how far it went. What is no link is compared in any case.
    const lost = isNetDevError(cause, 'ABORTED')
      ? []
      : planned.filter(isOfLink).map(({ operation }) => `${operation.do}, perhaps`);
    return {
      told: [],
      takeBack: [],
      failed: first === undefined ? undefined : { operation: first.operation, cause },
      lost,
    };
  }
}

/** The kernel goes on after what it refuses: also of what comes behind, all that it did is to be taken back. */
export function sortAnswers(planned: readonly PlannedOperation[], answers: readonly Answer[]): Sent {
  const sent: Sent = { told: [], takeBack: [], failed: undefined, lost: [] };
  /** Links that were to be made here, and that another program made before. */
  const foreign = new Set<string>();
  let next = 0;
  for (const { operation, steps, makes, told, takeBack } of planned) {
    const results = steps.map((step, place) => ({ step, answer: answers[next + place] }));
    next += steps.length;
    const refused = results.filter(
      ({ step, answer }) => answer?.errno !== 0 && !step.accept.includes(errnoName(answer?.errno ?? 0)),
    );
    const isChange = results.some(({ answer }) => answer?.errno === 0);
    const made = makes.length === 0 || refused[0]?.step !== steps[0];
    if (!made) for (const name of makes) foreign.add(name);
    const astray = results.filter(
      ({ step, answer }) => answer?.errno === 0 && step.link !== undefined && foreign.has(step.link),
    );
    sent.lost.push(
      ...astray.map(({ step }) => `${operation.do} of ${step.link}, which another program made`),
    );
    if (refused.length < steps.length && made && astray.length === 0 && takeBack !== undefined) {
      sent.takeBack.push(takeBack);
    }
    if (refused.length === 0 && isChange && told !== undefined) sent.told.push(told);
    sent.failed ??= failureOf(operation, refused[0]);
  }
  return sent;
}

function isOfLink({ operation }: PlannedOperation): boolean {
  return operation.do === 'create-link' || operation.do === 'update-link';
}

function failureOf(
  operation: NetDevOperation,
  refused: { step: PlannedOperation['steps'][number]; answer: Answer | undefined } | undefined,
): { operation: NetDevOperation; cause: NetDevError } | undefined {
  if (refused === undefined) return undefined;
  const answer = refused.answer ?? { errno: 0, extended: {}, messages: [], interrupted: false };
  return { operation, cause: refused.step.refusal(answer) };
}
