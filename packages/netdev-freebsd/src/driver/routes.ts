import {
  type NetDevDriver,
  neededForRoute,
  type OperationOptions,
  type ParsedRouteSpec,
  PlatformError,
  parseInterfaceName,
  parseRouteSpec,
  type Route,
  UnsupportedError,
} from 'netdev-core';
import { addRoute, deleteRoute } from '../commands/route.js';
import { MAIN_TABLE } from '../parse/route.js';
import { readRoutes } from './read-routes.js';
import type { Session } from './session.js';
import { Undoing } from './undoing.js';

type Routes = Pick<NetDevDriver, 'listRoutes' | 'ensureRoute' | 'deleteRoute'>;

/** Reads and changes the routes of one stack. */
export function createRoutes(session: Session): Routes {
  return {
    async listRoutes({ link, family, table = MAIN_TABLE } = {}, options) {
      const operation = 'list routes';
      session.begin(operation, options);
      if (link !== undefined)
        await session.requireShown(parseInterfaceName(link, 'link'), `${operation} of`, options);
      const routes =
        table === 'all' || table === MAIN_TABLE ? await readRoutes(session, operation, options) : [];
      return routes
        .filter((route) => link === undefined || route.link === link)
        .filter(
          ({ destination }) => family === undefined || destination.includes(':') === (family === 'ipv6'),
        );
    },

    async ensureRoute(given, options) {
      const operation = 'add route';
      session.begin(operation, options);
      const spec = parseRouteSpec(given);
      session.need(neededForRoute(spec), operation, spec.destination);
      if (spec.link !== undefined) await session.requireShown(spec.link, `${operation} by`, options);
      const attempt = { operation, object: spec.destination };
      if (spec.via === undefined && spec.link === undefined)
        throw new PlatformError({
          ...attempt,
          detail: 'it has neither a gateway nor a link',
          errno: 'EINVAL',
        });
      const present = (await readRoutes(session, operation, options)).find(isAt(spec));
      if (present !== undefined && leadsSameWay(present, spec)) return { changed: false, value: present };
      const undoing = new Undoing();
      const value = await undoing.around(attempt, () => replace(session, present, spec, undoing, options));
      session.done({ do: 'add-route', spec });
      return { changed: true, value };
    },

    async deleteRoute(given, options) {
      const operation = 'delete route';
      session.begin(operation, options);
      const spec = parseRouteSpec(given);
      if (spec.link !== undefined) await session.requireShown(spec.link, `${operation} by`, options);
      const present = (await readRoutes(session, operation, options)).find((route) => matches(route, spec));
      if (present === undefined) return false;
      const attempt = { operation, object: spec.destination };
      if (present.protocol === 'kernel')
        throw new UnsupportedError({
          ...attempt,
          detail: 'the route to the network of an address cannot be deleted alone',
          hint: 'delete the address, or give it the length /32 or /128',
        });
      await session.change(deleteRoute(present), attempt, options);
      session.done({ do: 'delete-route', spec });
      return true;
    },
  };
}

function isAt({ destination }: ParsedRouteSpec): (route: Route) => boolean {
  return (route) => route.destination === destination;
}

function leadsSameWay(route: Route, { via, link }: ParsedRouteSpec): boolean {
  return route.kind === 'unicast' && route.via === via && (link === undefined || route.link === link);
}

/** Whether a route has every property that a specification gives. */
function matches(route: Route, { nextHops, ...given }: ParsedRouteSpec): boolean {
  return (
    nextHops === undefined &&
    Object.entries(given).every(
      ([field, value]) => value === undefined || route[field as keyof Route] === value,
    )
  );
}

/** A destination has one route: the one that is there goes first, and comes back when the other is refused. */
async function replace(
  session: Session,
  present: Route | undefined,
  spec: ParsedRouteSpec,
  undoing: Undoing,
  options: OperationOptions | undefined,
): Promise<Route> {
  const attempt = { operation: 'add route', object: spec.destination };
  // That of an address cannot go alone: the kernel says so when another is added.
  if (present !== undefined && present.protocol !== 'kernel') {
    await session.change(deleteRoute(present), attempt, options);
    undoing.add(`the former route to ${present.destination}`, () =>
      session.change(addRoute(present), attempt),
    );
  }
  await session.change(addRoute(spec), attempt, options);
  undoing.add(`the route to ${spec.destination}`, () => session.change(deleteRoute(spec), attempt));
  const made = (await readRoutes(session, attempt.operation, options)).find(isAt(spec));
  if (made !== undefined && leadsSameWay(made, spec)) return made;
  throw new PlatformError({
    ...attempt,
    detail:
      made === undefined
        ? 'it is not there after it was added'
        : `it goes by ${made.link} and not by ${spec.link}`,
    hint: made === undefined ? undefined : 'the gateway says by which link a route goes here',
  });
}
