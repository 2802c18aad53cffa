import {
  type Ensured,
  isNetDevError,
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
import { decodeRoute, encodeRoute, NLM_F, RT_TABLE, RTM, RTM_F } from '../netlink/index.js';
import { addressFamily } from './address-codec.js';
import { linkNames } from './names.js';
import { isSameSlot, leadsSameWay, matchesSpec, routeFromMessage, routeToMessage } from './route-codec.js';
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

  const write = async (
    type: number,
    flags: number,
    spec: ParsedRouteSpec,
    operation: string,
    options?: OperationOptions,
  ): Promise<void> => {
    const way = [spec, ...(spec.nextHops ?? [])]
      .flatMap(({ via, link }) => [via && `via ${via}`, link && `dev ${link}`])
      .filter(Boolean)
      .join(' ');
    const attempt = { operation, object: [spec.destination, way].filter(Boolean).join(' ') };
    const indices = new Map<string, number>();
    for (const { link } of [spec, ...(spec.nextHops ?? [])]) {
      if (link !== undefined && !indices.has(link))
        indices.set(link, await session.indexOf(link, attempt, options));
    }
    const message = routeToMessage(spec, (link) => indices.get(link));
    await session.change(type, flags, encodeRoute(message), attempt, options);
  };

  const find = async (
    { table = RT_TABLE.MAIN }: ParsedRouteSpec,
    matches: (route: Route) => boolean,
    options?: OperationOptions,
  ): Promise<Route | undefined> => (await list({ table }, options)).find(matches);

  const add = async (spec: ParsedRouteSpec, options?: OperationOptions): Promise<void> => {
    await write(RTM.NEWROUTE, NLM_F.CREATE | NLM_F.REPLACE, spec, 'add route', options);
    done({ do: 'add-route', spec });
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
      const exact = specOfRoute(present);
      try {
        await write(RTM.DELROUTE, 0, exact, 'delete route', options);
      } catch (error) {
        // It went by itself between the two.
        if (isNetDevError(error) && error.errno === 'ESRCH') return false;
        throw error;
      }
      done({ do: 'delete-route', spec: exact });
      return true;
    },
  };
}

function usesLink(route: Route, link: string): boolean {
  return route.link === link || (route.nextHops?.some((hop) => hop.link === link) ?? false);
}
