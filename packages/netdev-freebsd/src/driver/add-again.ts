import { type Address, explicitRoutes, hasBroadcast, type OperationOptions } from 'netdev-core';
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
  for (const { link, cidr, broadcast } of addresses) {
    const words = hasBroadcast(cidr) ? { broadcast } : {};
    // Without the signal: half of it would have lost addresses.
    await session.change(ifconfig.addAddress(link, cidr, words), { operation, object: cidr });
  }
  const after = await readRoutes(session, operation);
  const gone = before.filter(({ destination }) => !after.some((route) => route.destination === destination));
  for (const route of gone) await session.change(addRoute(route), { operation, object: route.destination });
}
