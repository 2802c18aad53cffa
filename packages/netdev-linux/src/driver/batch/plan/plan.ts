import type { LinkChanges, NetDevError, NetDevOperation } from 'netdev-core';
import type { KernelRequest } from '../../../kernel.js';
import type { Answer } from '../../../netlink/index.js';
import type { Change } from '../../change.js';
import { kernelError } from '../../kernel-error.js';
import type { Knowledge } from '../knowledge.js';
import type { LinkEntry, LinkTable } from '../link-table.js';
import type { Touched } from '../touched.js';

/** One request of an operation. */
export interface BatchStep {
  request: KernelRequest;
  /** The name of the link that it is about. */
  link: string | undefined;
  /** Refusals that say that there is nothing to do. */
  accept: readonly string[];
  /** The error that an answer stands for. */
  refusal(answer: Answer): NetDevError;
}

/** What takes an operation on a link back. What is no link is put back as it was when the batch began. */
export type TakeBack = { delete: string } | { update: string; changes: LinkChanges };

/** The requests of an operation. Without any, it is done already. */
export interface PlannedOperation {
  operation: NetDevOperation;
  steps: BatchStep[];
  /** The links that the first of the steps makes. */
  makes: string[];
  /** What is told when it is done; `undefined` when it changes nothing. */
  told: NetDevOperation | undefined;
  takeBack: TakeBack | undefined;
  /** What was known of addresses, routes and neighbours may not hold any more. */
  disturbs: boolean;
}

/** `alone`: by the driver's own method for it, when all before it is done. `number of`: when the number of this link is known. */
export type Unplanned = 'alone' | { numberOf: LinkEntry };

export type Plan = PlannedOperation | Unplanned;

/** What an operation is planned by. What a plan will change is changed in it. */
export interface Planning {
  links: LinkTable;
  known: Knowledge;
  touched: Touched;
}

/** The plan of an operation that is one change, or none. */
export function planned(operation: NetDevOperation, change?: Change, link?: string): PlannedOperation {
  return {
    operation,
    steps: change === undefined ? [] : [stepOf(change, link)],
    makes: [],
    told: change?.told,
    takeBack: undefined,
    disturbs: false,
  };
}

function stepOf({ attempt, request, accept }: Change, link: string | undefined): BatchStep {
  return { request, link, accept, refusal: (answer) => kernelError(attempt, answer, request) };
}
