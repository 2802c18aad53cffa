import { type NetDevOperation, PartialError } from 'netdev-core';
import { errnoName } from '../../../netlink/index.js';
import type { Session } from '../../session.js';
import { type HostState, readHostState } from '../host-state.js';
import type { Needs } from '../needs.js';
import type { Touched } from '../touched.js';
import { restoreAddresses } from './addresses.js';
import { restoreVlans } from './bridge-vlans.js';
import { restoreEntries } from './forwarding-entries.js';
import { restoreNeighbours } from './neighbours.js';
import type { RestoringContext, RestoringStep } from './restoring.js';
import { restoreRoutes } from './routes.js';
import { restoreRules } from './rules.js';

/** What goes takes other things along, which the next comparison finds. */
const TIMES = 4;

/** There already, gone already, or its link is gone, which is said with the link. */
const HARMLESS = ['EEXIST', 'ESRCH', 'ENOENT', 'EADDRNOTAVAIL', 'ENODEV'];

/** What a batch has to be able to put back, links aside. */
export interface Restoration {
  before: HostState;
  needs: Needs;
  touched: Touched;
  /** The names that links had when the batch began. */
  nameOf(index: number): string | undefined;
}

/**
 * Makes addresses, routes, neighbours, forwarding entries, routing rules and VLANs what they were, by comparing: what the kernel
 * took along with something else comes back, too.
 *
 * @throws PartialError with what could not be put back
 */
export async function restore(
  session: Session,
  { before, needs, touched, nameOf }: Restoration,
  tell: (operation: NetDevOperation) => void,
): Promise<void> {
  const context: RestoringContext = { nameOf, isOurs: (index) => needs.links.has(index) };
  let left: string[] = [];
  for (let time = 0; time < TIMES; time++) {
    const steps = stepsOf(before, await readHostState(session, needs), touched, context);
    if (steps.length === 0) return;
    const answers = await session.kernel.exchange(steps.map(({ request }) => request));
    const errnos = answers.map(({ errno }) => (errno === 0 ? undefined : errnoName(errno)));
    for (const [place, { told }] of steps.entries()) {
      if (errnos[place] === undefined && told !== undefined) tell(told);
    }
    left = steps.flatMap(({ what }, place) => {
      const errno = errnos[place];
      return errno === undefined || HARMLESS.includes(errno)
        ? []
        : [`${what} could not be put back: ${errno}`];
    });
    if (errnos.every((errno) => errno !== undefined)) break;
  }
  if (left.length === 0) return;
  throw new PartialError({ operation: 'undo', object: 'a batch', detail: left.join('; '), left });
}

function stepsOf(
  before: HostState,
  now: HostState,
  touched: Touched,
  context: RestoringContext,
): RestoringStep[] {
  const addresses = restoreAddresses(before, now, touched, context);
  const routes = restoreRoutes(before, now, touched, context);
  const others = [
    restoreNeighbours(before, now, touched, context),
    restoreEntries(before, now, touched, context),
    restoreRules(before, now, touched),
    restoreVlans(before, now, touched, context),
  ];
  return [
    ...routes.off,
    ...addresses.off,
    ...addresses.on,
    ...routes.on,
    ...others.flatMap(({ off, on }) => [...off, ...on]),
  ];
}
