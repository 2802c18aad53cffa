import type { OperationOptions, Route } from 'netdev-core';
import { showRoutes } from '../commands/route.js';
import { parseRoutes } from '../parse/netstat.js';
import { routesOf } from '../parse/route.js';
import type { Session } from './session.js';

/** All routes of a stack. */
export async function readRoutes(
  session: Session,
  operation: string,
  options?: OperationOptions,
): Promise<Route[]> {
  return routesOf(parseRoutes(await session.read(showRoutes(), { operation }, options)));
}
