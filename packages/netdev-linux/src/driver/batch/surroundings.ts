import type { NetDevOperation, OperationOptions } from 'netdev-core';
import type { Session } from '../session.js';
import { takeTurns } from '../turns.js';
import { readHostState } from './host-state.js';
import { type Knowledge, knowledgeOf } from './knowledge.js';
import { type LinkTable, linkTable } from './link-table.js';
import { needsOf } from './needs.js';
import type { Planning } from './plan/plan.js';
import { namedLinks, readLinks } from './read-links.js';
import type { Restoration } from './restore/restore.js';
import { nothingTouched } from './touched.js';

/** What a batch goes by at one of its operations: read again for the rest of them when it does not hold any more. */
export interface Surroundings {
  /** Whether something has to be read before an operation is planned, and everything before it done first. */
  isStaleFor(operation: NetDevOperation): boolean;
  /** What an operation is planned by, where it is known. */
  ready(operation: NetDevOperation): Planning | undefined;
  /** What an operation, which is at that place, is planned by: read, where it is not known. */
  at(operation: NetDevOperation, place: number): Promise<Planning>;
  forgetLinks(): void;
  /** What links have: addresses, routes and so on. */
  forgetRest(): void;
  /** What has to be put back beside links; `undefined` before anything was read. */
  readonly restoration: Restoration | undefined;
}

/** Operations that are planned by the links alone. */
const OF_LINKS: readonly NetDevOperation['do'][] = ['create-link', 'update-link', 'delete-link'];

export function surroundingsOf(
  session: Session,
  operations: readonly NetDevOperation[],
  options?: OperationOptions,
): Surroundings {
  const touched = nothingTouched();
  let links: LinkTable | undefined;
  let known: Knowledge | undefined;
  let planning: Planning | undefined;
  let isStale = false;
  let restoration: Restoration | undefined;

  const begin = async (): Promise<Planning> => {
    const turns = takeTurns();
    const asked = namedLinks(operations);
    if (turns.isOver) await turns.next();
    links = linkTable(await readLinks(session, asked, options));
    const names = links.numbered();
    if (turns.isOver) await turns.next();
    const needs = needsOf(operations, links);
    const before = await readHostState(session, needs, options);
    if (turns.isOver) await turns.next();
    known = await knowledgeOf(session, { state: before, needs, operations, links }, options);
    restoration = { before, needs, touched, nameOf: (index) => names.get(index) };
    planning = { links, known, touched };
    return planning;
  };
  const isStaleFor: Surroundings['isStaleFor'] = (operation) =>
    links === undefined || (isStale && !OF_LINKS.includes(operation?.do));

  return {
    isStaleFor,
    ready: (operation) => (isStaleFor(operation) ? undefined : planning),
    async at(operation, place) {
      if (known === undefined) return begin();
      const rest = operations.slice(place);
      links ??= linkTable(await readLinks(session, namedLinks(rest), options));
      if (isStaleFor(operation)) {
        const needs = needsOf(rest, links);
        const state = await readHostState(session, needs, options);
        known = await knowledgeOf(session, { state, needs, operations: rest, links }, options);
        isStale = false;
      }
      planning = { links, known, touched };
      return planning;
    },
    forgetLinks: () => {
      links = undefined;
      isStale = true;
    },
    forgetRest: () => {
      isStale = true;
    },
    get restoration() {
      return restoration;
    },
  };
}
