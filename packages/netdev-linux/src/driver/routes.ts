import {
  type Ensured,
  type NetDevOperation,
  type OperationOptions,
  type ParsedRouteSpec,
  PlatformError,
  parseRouteSpec,
  type Route,
  type RouteFilter,
  type RouteSpec,
  specOfRoute,
} from 'netdev-core';
import { decodeRoute, encodeRoute, RT_TABLE, RTM, RTM_F } from '../netlink/index.js';
import { addressFamily } from './address-codec.js';
import { carryOut } from './change.js';
import { linkNames } from './names.js';
import { linksOfRoute, routeAddition, routeAttempt, routeRemoval } from './route-changes.js';
import { isSameSlot, leadsSameWay, matchesSpec, routeFromMessage } from './route-codec.js';
import type { Session } from './session.js';

/** Reads and changes the routes of one namespace. */
export function createRoutes(session: Session, done: (operation: NetDevOperation) => void) {
  const list = async (filter: RouteFilter = {}, options?: OperationOptions): Promise<Route[]> => {
    const attempt = { operation: 'list', object: 'routes' };
    if (filter.link !== undefined)
      await session.indexOf(filter.link, { operation: 'list routes of', object: filter.link }, options);
    const names = await linkNames(session, options);
    const table = filter.table ?? RT_TABLE.MAIN;
    // Of all families: a table that one of them lacks is an error when asked for that one alone.
    const request = encodeRoute({
      ...{
        family: 0,
        destinationLength: 0,
        sourceLength: 0,
        tos: 0,
        protocol: 0,
        scope: 0,
        type: 0,
        flags: 0,
      },
      table: table === 'all' ? 0 : table,
    });
    const messages = await session.dump(RTM.GETROUTE, request, decodeRoute, attempt, options);
    const family = filter.family === undefined ? undefined : addressFamily(filter.family);
    return (
      messages
        .filter(({ flags }) => (flags & RTM_F.CLONED) === 0)
        .filter((message) => family === undefined || message.family === family)
        // A kernel without strict checking (before 4.20) passes over the table that was asked for.
        .filter((message) => table === 'all' || message.table === table)
        .flatMap((message) => routeFromMessage(message, names) ?? [])
        .filter((route) => filter.link === undefined || usesLink(route, filter.link))
    );
  };

  /** The numbers of the links that a route leads through. @throws DeviceNotFoundError */
  const indicesOf = async (spec: ParsedRouteSpec, operation: string, options?: OperationOptions) => {
    const indices = new Map<string, number>();
    for (const link of linksOfRoute(spec)) {
      indices.set(link, await session.indexOf(link, routeAttempt(operation, spec), options));
    }
    return (link: string): number | undefined => indices.get(link);
  };

  const find = async (
    { table = RT_TABLE.MAIN }: ParsedRouteSpec,
    matches: (route: Route) => boolean,
    options?: OperationOptions,
  ): Promise<Route | undefined> => (await list({ table }, options)).find(matches);

  const add = async (spec: ParsedRouteSpec, options?: OperationOptions): Promise<void> => {
    const indexOf = await indicesOf(spec, 'add route', options);
    await carryOut(session, routeAddition(spec, indexOf), done, options);
  };

  return {
    list,
    add,

    async ensure(given: RouteSpec, options?: OperationOptions): Promise<Ensured<Route>> {
      const spec = parseRouteSpec(given);
      const present = await find(spec, (route) => isSameSlot(route, spec), options);
      if (present !== undefined && leadsSameWay(present, spec)) return { changed: false, value: present };
      await add(spec, options);
      const value = await find(
        spec,
        (route) => isSameSlot(route, spec) && leadsSameWay(route, spec),
        options,
      );
      if (value !== undefined) return { changed: true, value };
      throw new PlatformError({
        operation: 'add route',
        object: spec.destination,
        detail: 'it was accepted, and is gone again',
        hint: 'another program may manage the routes',
      });
    },

    async delete(given: RouteSpec, options?: OperationOptions): Promise<boolean> {
      const spec = parseRouteSpec(given);
      const present = await find(spec, (route) => matchesSpec(route, spec), options);
      if (present === undefined) return false;
      const indexOf = await indicesOf(specOfRoute(present), 'delete route', options);
      return carryOut(session, routeRemoval(present, indexOf), done, options);
    },
  };
}

function usesLink(route: Route, link: string): boolean {
  return route.link === link || (route.nextHops?.some((hop) => hop.link === link) ?? false);
}
