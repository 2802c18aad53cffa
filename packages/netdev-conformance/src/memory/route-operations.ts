import {
  contains,
  type InterfaceName,
  type IpAddress,
  ipFamily,
  type NextHop,
  needsGateway,
  networkOf,
  type ParsedNextHop,
  type ParsedRouteSpec,
  PlatformError,
  type Route,
  sameNextHops,
} from 'netdev-core';
import { MAIN_TABLE } from './connected-routes.js';
import { findByName, type NetworkStack, tell } from './network-stack.js';

/** The metric that Linux gives an IPv6 route without one (IP6_RT_PRIO_USER of linux/ipv6_route.h). */
const IPV6_METRIC = 1024;

/** The route that a specification asks for, with the link found by its gateway. @throws PlatformError */
export function routeOf(stack: NetworkStack, spec: ParsedRouteSpec): Route {
  const { via, source, mtu, destination } = spec;
  const ipv4 = ipFamily(destination) === 'ipv4';
  const kind = spec.kind ?? 'unicast';
  const link = spec.link ?? (via === undefined ? undefined : linkTowards(stack, via));
  if (kind === 'unicast' && spec.nextHops === undefined) requireWay(stack, spec, link);
  const nextHops = spec.nextHops?.map((hop) => nextHopOf(stack, spec, hop));
  requireSource(stack, spec);
  const route: Route = {
    destination,
    kind,
    metric: wantedMetric(spec),
    table: spec.table ?? MAIN_TABLE,
    scope: spec.scope ?? (ipv4 && !needsGateway(spec) && kind === 'unicast' ? 'link' : 'global'),
    protocol: spec.protocol ?? 'static',
    onLink: spec.onLink ?? false,
  };
  if (via !== undefined) route.via = via;
  if (link !== undefined) route.link = link as InterfaceName;
  if (source !== undefined) route.source = source;
  if (mtu !== undefined) route.mtu = mtu;
  if (nextHops !== undefined) route.nextHops = nextHops;
  return route;
}

/** Whether a route is the one that a specification would replace: same destination, table and metric. */
export function isSameSlot(route: Route, spec: ParsedRouteSpec): boolean {
  return (
    route.destination === spec.destination &&
    route.table === (spec.table ?? MAIN_TABLE) &&
    route.metric === wantedMetric(spec)
  );
}

/** Whether a route leads where a specification says. What is left out is as it is, but for the way itself. */
export function leadsSameWay(route: Route, spec: ParsedRouteSpec): boolean {
  const open = (field: 'link' | 'source' | 'scope' | 'protocol'): boolean =>
    spec[field] === undefined || spec[field] === route[field];
  return (
    route.kind === (spec.kind ?? 'unicast') &&
    route.via === spec.via &&
    sameNextHops(route.nextHops, spec.nextHops) &&
    (spec.nextHops !== undefined || route.onLink === (spec.onLink ?? false)) &&
    route.mtu === spec.mtu &&
    (['link', 'source', 'scope', 'protocol'] as const).every(open)
  );
}

/** Whether a route has every property that a specification gives. */
export function matchesSpec(
  route: Route,
  { table = MAIN_TABLE, nextHops, ...given }: ParsedRouteSpec,
): boolean {
  return (
    route.table === table &&
    (nextHops === undefined || sameNextHops(route.nextHops, nextHops)) &&
    Object.entries(given).every(
      ([field, value]) => value === undefined || route[field as keyof Route] === value,
    )
  );
}

/** Adds a route, in place of the first with the same destination, table and metric. */
export function putRoute(stack: NetworkStack, route: Route): void {
  const slot = stack.routes.findIndex((present) => isSameSlot(present, route as ParsedRouteSpec));
  if (slot === -1) stack.routes.push(route);
  else stack.routes.splice(slot, 1, route);
  tell(stack, { type: 'route-added', route });
}

/** Adds a route beside others with the same destination, as a kernel does for each device in a network. */
export function appendRoute(stack: NetworkStack, route: Route): void {
  stack.routes.push(route);
  tell(stack, { type: 'route-added', route });
}

export function dropRoute(stack: NetworkStack, route: Route): void {
  stack.routes = stack.routes.filter((present) => present !== route);
  tell(stack, { type: 'route-removed', route });
}

function wantedMetric({ destination, metric }: ParsedRouteSpec): number {
  return metric ?? (ipFamily(destination) === 'ipv6' ? IPV6_METRIC : 0);
}

function nextHopOf(stack: NetworkStack, { destination }: ParsedRouteSpec, hop: ParsedNextHop): NextHop {
  const { via, weight = 1, onLink = false } = hop;
  const link = hop.link ?? (via === undefined ? undefined : linkTowards(stack, via));
  requireWay(stack, { ...hop, destination }, link);
  return { ...(via && { via }), ...(link && { link: link as InterfaceName }), weight, onLink };
}

function requireWay(stack: NetworkStack, spec: ParsedRouteSpec, link: string | undefined): void {
  const attempt = { operation: 'add route', object: spec.destination };
  const gatewayIsReachable =
    spec.via === undefined || spec.onLink === true || linkTowards(stack, spec.via, link) !== undefined;
  if (link === undefined || !gatewayIsReachable) {
    throw new PlatformError({
      ...attempt,
      detail: 'no network of the host holds the gateway',
      errno: 'ENETUNREACH',
      hint: 'give the link and onLink, or add the address first',
    });
  }
  if (findByName(stack, link)?.up !== true) {
    throw new PlatformError({ ...attempt, detail: `${link} is down`, errno: 'ENETDOWN' });
  }
}

function requireSource(stack: NetworkStack, { source, destination }: ParsedRouteSpec): void {
  if (source === undefined || stack.addresses.some(({ cidr }) => cidr.startsWith(`${source}/`))) return;
  throw new PlatformError({
    operation: 'add route',
    object: destination,
    detail: `${source} is no address of the host`,
    errno: 'EINVAL',
  });
}

function linkTowards(stack: NetworkStack, gateway: IpAddress, within?: string): string | undefined {
  return stack.addresses.find(
    ({ cidr, link }) =>
      (within === undefined || link === within) &&
      contains(networkOf(cidr), gateway) &&
      findByName(stack, link)?.up === true,
  )?.link;
}
