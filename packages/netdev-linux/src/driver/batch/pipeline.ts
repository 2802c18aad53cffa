import type { DoneOperation, NetDevDriver, NetDevOperation, OperationOptions } from 'netdev-core';
import type { Session } from '../session.js';
import { performAlone } from './perform-alone.js';
import type { PlannedOperation, TakeBack } from './plan/plan.js';
import { sendPlanned } from './send-planned.js';

/**
 * So many requests go together: between two sends a failure or a signal stops what is left, and the program plans the
 * next while the kernel works.
 */
const REQUESTS_A_SEND = 64;

/** What was done, the way to take it back included. */
export type Done = TakeBack | DoneOperation;

/** Carries out the operations of one batch in order, and keeps what it takes to undo them. */
export interface Pipeline {
  /** What was done so far, in order. */
  readonly done: Done[];
  /** What cannot be taken back, or nobody knows whether it was done. */
  readonly lost: string[];
  /** The first that failed of those that were sent with others. */
  readonly failed: NetDevOperation | undefined;
  /** Has an operation wait for others that it is sent with. */
  add(planned: PlannedOperation): void;
  /** Whether those that wait are enough for a send. */
  readonly isFull: boolean;
  /** Sends those that wait. Returns before they are done: a failure is thrown by a call that comes later. */
  send(): Promise<void>;
  /** Waits until everything so far is done. */
  settle(): Promise<void>;
  /** Does an operation by the driver's own method, when everything so far is done. */
  alone(operation: NetDevOperation): Promise<void>;
}

export function createPipeline(
  session: Session,
  driver: NetDevDriver,
  tell: (operation: NetDevOperation) => void,
  options?: OperationOptions,
): Pipeline {
  const done: Done[] = [];
  const lost: string[] = [];
  let queue: PlannedOperation[] = [];
  let queued = 0;
  let failed: NetDevOperation | undefined;
  let underway: Promise<void> = Promise.resolve();

  const sendAll = async (planned: readonly PlannedOperation[]): Promise<void> => {
    const sent = await sendPlanned(session, planned, options);
    done.push(...sent.takeBack);
    lost.push(...sent.lost);
    for (const operation of sent.told) tell(operation);
    if (sent.failed === undefined) return;
    failed = sent.failed.operation;
    throw sent.failed.cause;
  };
  /** Sends what is queued when the send before it is through. */
  const send = async (): Promise<void> => {
    await underway;
    if (queue.length === 0) return;
    underway = sendAll(queue);
    // Whoever waits for it hears of a failure; until then it is nobody's.
    underway.catch(() => {});
    [queue, queued] = [[], 0];
  };

  const settle = async (): Promise<void> => {
    await send();
    await underway;
  };

  return {
    done,
    lost,
    get failed() {
      return failed;
    },
    add(planned) {
      queue.push(planned);
      queued += planned.steps.length;
    },
    get isFull() {
      return queued >= REQUESTS_A_SEND;
    },
    send,
    settle,
    async alone(operation) {
      await settle();
      const undo = await performAlone(driver, operation, options);
      if (undo !== undefined) done.push({ what: operation.do, undo });
    },
  };
}
