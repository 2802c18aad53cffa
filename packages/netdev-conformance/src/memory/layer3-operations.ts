import {
  type Address,
  type Cidr,
  cidrAddress,
  contains,
  hasBroadcast,
  type InterfaceName,
  type IpAddress,
  ipFamily,
  lastAddress,
  networkOf,
  type ParsedAddressSpec,
  type ParsedRouteSpec,
  PlatformError,
  type Route,
} from 'netdev-core';
import { connectedRoute, MAIN_TABLE } from './connected-routes.js';
import { findByName, type NetworkStack, tell } from './network-stack.js';

/** The address that a specification asks for. */
export function addressOf(spec: ParsedAddressSpec): Address {
  const { link, cidr, validLifetime, preferredLifetime } = spec;
  const address: Address = {
    link,
    cidr,
    scope: spec.scope ?? (cidr.startsWith('127.') ? 'host' : 'global'),
    secondary: false,
    dynamic: validLifetime !== undefined,
    tentative: false,
  };
  const broadcast =
    spec.broadcast === undefined && hasBroadcast(cidr) ? lastAddress(cidr) : (spec.broadcast ?? undefined);
  if (broadcast !== undefined) address.broadcast = broadcast;
  if (ipFamily(cidr) === 'ipv4') address.label = spec.label ?? link;
  if (validLifetime !== undefined) address.validLifetime = validLifetime;
  if (preferredLifetime !== undefined) address.preferredLifetime = preferredLifetime;
  return address;
}

/** Gives a link an address, with the route to its network. A second address of one network is a secondary. */
export function addAddress(stack: NetworkStack, address: Address): Address {
  const isSecondary = stack.addresses.some(
    (present) =>
      present.link === address.link &&
      ipFamily(present.cidr) === 'ipv4' &&
      networkOf(present.cidr) === networkOf(address.cidr),
  );
  const added = { ...address, secondary: isSecondary };
  stack.addresses.push(added);
  const route = isSecondary ? undefined : connectedRoute(added);
  if (route !== undefined) addRoute(stack, route);
  tell(stack, { type: 'address-added', address: added });
  return added;
}

/** Takes an address away with the route to its network; its secondaries go with it, as on Linux. */
export function dropAddress(stack: NetworkStack, address: Address): void {
  const gone = stack.addresses.filter(
    (present) =>
      present === address ||
      (!address.secondary &&
        present.secondary &&
        present.link === address.link &&
        networkOf(present.cidr) === networkOf(address.cidr)),
  );
  stack.addresses = stack.addresses.filter((present) => !gone.includes(present));
  const sources = new Set<IpAddress>(gone.map(({ cidr }) => cidrAddress(cidr)));
  for (const route of stack.routes.filter(
    ({ link, source }) => link === address.link && source !== undefined && sources.has(source),
  )) {
    dropRoute(stack, route);
  }
  for (const removed of gone) tell(stack, { type: 'address-removed', address: removed });
}

/** The route that a specification asks for, with the link found by its gateway. @throws PlatformError */
export function routeOf(stack: NetworkStack, spec: ParsedRouteSpec): Route {
  const ipv6 = ipFamily(spec.destination) === 'ipv6';
  const kind = spec.kind ?? 'unicast';
  const link = spec.link ?? (spec.via === undefined ? undefined : linkTowards(stack, spec.via));
  const attempt = { operation: 'add route', object: spec.destination };
  if (kind === 'unicast' && link === undefined) {
    throw new PlatformError({
      ...attempt,
      detail: 'no network of the host holds the gateway',
      errno: 'ENETUNREACH',
    });
  }
  if (link !== undefined && findByName(stack, link)?.up !== true) {
    throw new PlatformError({ ...attempt, detail: `${link} is down`, errno: 'ENETDOWN' });
  }
  const { via, source, mtu } = spec;
  const route: Route = {
    destination: spec.destination,
    kind,
    metric: spec.metric ?? (ipv6 ? 1024 : 0),
    table: spec.table ?? MAIN_TABLE,
    scope: spec.scope ?? (!ipv6 && via === undefined && kind === 'unicast' ? 'link' : 'global'),
    protocol: spec.protocol ?? 'static',
    onLink: spec.onLink ?? false,
  };
  if (via !== undefined) route.via = via;
  if (link !== undefined) route.link = link as InterfaceName;
  if (source !== undefined) route.source = source;
  if (mtu !== undefined) route.mtu = mtu;
  return route;
}

/** Adds a route, in place of one with the same destination, table and metric. */
export function addRoute(stack: NetworkStack, route: Route): void {
  stack.routes = stack.routes.filter(
    (present) =>
      present.destination !== route.destination ||
      present.table !== route.table ||
      present.metric !== route.metric,
  );
  stack.routes.push(route);
  tell(stack, { type: 'route-added', route });
}

export function dropRoute(stack: NetworkStack, route: Route): void {
  stack.routes = stack.routes.filter((present) => present !== route);
  tell(stack, { type: 'route-removed', route });
}

/** Takes away all addresses and routes of a link. */
export function removeLayer3(stack: NetworkStack, link: string): void {
  for (const address of stack.addresses.filter((present) => present.link === link)) {
    if (stack.addresses.includes(address)) dropAddress(stack, address);
  }
  for (const route of stack.routes.filter((present) => present.link === link)) dropRoute(stack, route);
}

function linkTowards(stack: NetworkStack, gateway: IpAddress): string | undefined {
  return stack.addresses.find(({ cidr }: { cidr: Cidr }) => contains(networkOf(cidr), gateway))?.link;
}
