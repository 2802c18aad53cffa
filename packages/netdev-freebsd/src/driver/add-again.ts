import {
  type Address,
  explicitRoutes,
  hasBroadcast,
  type OperationOptions,
  PartialError,
  type Route,
} from 'netdev-core';
import * as ifconfig from '../commands/ifconfig.js';
import { addRoute } from '../commands/route.js';
import { readRoutes } from './read-routes.js';
import type { Session } from './session.js';

/**
 * Adds IPv4 addresses of a link that are there once more, which announces them, and gives them the broadcast address that they
 * are given with. The kernel takes such an address away first, and it is the last of the link then: so those that followed it are
 * added again after it, and the routes that went are put back.
 *
 * @param addresses the one that matters, and all that follow it, in order
 */
export async function addAgain(
  session: Session,
  addresses: readonly Address[],
  operation: string,
  options: OperationOptions | undefined,
): Promise<void> {
  const before = explicitRoutes(await readRoutes(session, operation, options));
  // From here on without the signal: half of it would have lost addresses. So what fails is tried once more, from the first on.
  const all = () => addAll(session, addresses, operation);
  const failure = await all().catch(() => all().then(noFailure, asFailure));
  await putBack(session, before, operation, failure);
}

async function addAll(
  session: Session,
  addresses: readonly Address[],
  operation: string,
): Promise<undefined> {
  for (const { link, cidr, broadcast } of addresses) {
    const words = hasBroadcast(cidr) ? { broadcast } : {};
    await session.change(ifconfig.addAddress(link, cidr, words), { operation, object: cidr });
  }
}

/** Adds the routes that are not there any more. @throws PartialError when one cannot be added */
async function putBack(
  session: Session,
  before: readonly Route[],
  operation: string,
  failure: Failure | undefined,
): Promise<void> {
  const after = await readRoutes(session, operation);
  const gone = before.filter(({ destination }) => !after.some((route) => route.destination === destination));
  const left: string[] = [];
  let cause = failure?.error;
  for (const route of gone) {
    const add = () => session.change(addRoute(route), { operation, object: route.destination });
    await add()
      .catch(add)
      .catch((error: unknown) => {
        cause ??= error;
        left.push(`no route to ${route.destination}`);
      });
  }
  if (left.length > 0) throw new PartialError({ operation, left, cause });
  if (failure !== undefined) throw failure.error;
}

interface Failure {
  error: unknown;
}

const noFailure = (): undefined => undefined;
const asFailure = (error: unknown): Failure => ({ error });
