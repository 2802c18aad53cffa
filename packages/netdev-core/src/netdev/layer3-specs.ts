import type { InterfaceName } from '../values/index.js';
import { withoutAbsent } from '../without-absent.js';
import type { Address, AddressSpec } from './address.js';
import type { ParsedRouteSpec } from './parse-spec.js';
import type { Route, RouteSpec } from './route.js';

/** For those who take routes away and put them back: the ones that somebody made, not the ones that the kernel makes itself for each address. */
export function explicitRoutes(routes: readonly Route[]): Route[] {
  return routes.filter((route) => route.protocol !== 'kernel');
}

/** For those who take addresses away and put them back: what makes one again, on the same link or on another. */
export function specOfAddress(address: Address, link: string): AddressSpec {
  const { cidr, scope, broadcast, peer, noPrefixRoute, label, validLifetime, preferredLifetime } = address;
  return withoutAbsent<AddressSpec>({
    link,
    cidr,
    scope,
    broadcast: cidr.includes(':') ? undefined : (broadcast ?? null),
    peer,
    noPrefixRoute,
    // The label that names the old link would name the wrong one; the kernel fills in the new.
    label:
      label === undefined || label === address.link
        ? undefined
        : label.replace(`${address.link}:`, `${link}:`),
    validLifetime,
    preferredLifetime,
    skipDuplicateDetection: cidr.includes(':') ? true : undefined,
  });
}

/** For those who make routes again: the gateways of this one have to be reachable before. */
export function needsGateway({ via, nextHops }: Pick<RouteSpec, 'via' | 'nextHops'>): boolean {
  return via !== undefined || nextHops !== undefined;
}

/** For those who move routes: the same by another link, where it used `from`. */
export function byOtherLink(spec: ParsedRouteSpec, from: string, to: InterfaceName): ParsedRouteSpec {
  if (spec.nextHops === undefined) return { ...spec, link: to };
  return { ...spec, nextHops: spec.nextHops.map((hop) => (hop.link === from ? { ...hop, link: to } : hop)) };
}

/** For drivers: what makes a route again. */
export function specOfRoute(route: Route): ParsedRouteSpec {
  const { destination, kind, via, link, source, metric, table, scope, protocol, nextHops, mtu } = route;
  // Of a route with several ways each has its own.
  const onLink = nextHops === undefined ? route.onLink : undefined;
  return withoutAbsent<ParsedRouteSpec>({
    destination,
    kind,
    via,
    link,
    source,
    metric,
    table,
    scope,
    protocol,
    onLink,
    nextHops,
    mtu,
  });
}
