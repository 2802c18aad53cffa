import {
  cidrAddress,
  type InterfaceName,
  InvalidArgumentError,
  type IpFamily,
  ipFamily,
  ipFromBytes,
  ipToBytes,
  type Network,
  type NextHop,
  type ParsedNextHop,
  type ParsedRouteSpec,
  prefixLength,
  type Route,
  type RouteKind,
  sameNextHops,
  withoutAbsent,
} from 'netdev-core';
import {
  AF,
  type NextHopMessage,
  type RouteMessage,
  RT_SCOPE,
  RT_TABLE,
  RTN,
  RTNH_F,
  RTPROT,
} from '../netlink/index.js';
import { addressFamily } from './address-codec.js';

const kinds: Readonly<Record<RouteKind, number>> = {
  unicast: RTN.UNICAST,
  blackhole: RTN.BLACKHOLE,
  unreachable: RTN.UNREACHABLE,
  prohibit: RTN.PROHIBIT,
  throw: RTN.THROW,
};

const scopes: Readonly<Record<Route['scope'], number>> = {
  global: RT_SCOPE.UNIVERSE,
  site: RT_SCOPE.SITE,
  link: RT_SCOPE.LINK,
  host: RT_SCOPE.HOST,
  nowhere: RT_SCOPE.NOWHERE,
};

/** The metric that the kernel gives an IPv6 route without one (IP6_RT_PRIO_USER of linux/ipv6_route.h). */
const IPV6_METRIC = 1024;

/** A route as the contract shows it; `undefined` for what is no route of a host (local, broadcast, multicast). */
export function routeFromMessage(
  message: RouteMessage,
  nameOf: (index: number) => string | undefined,
): Route | undefined {
  const kind = (Object.keys(kinds) as RouteKind[]).find((name) => kinds[name] === message.type);
  if (kind === undefined || (message.family !== AF.INET && message.family !== AF.INET6)) return undefined;
  const hops = message.nextHops?.map((hop) => nextHopFromMessage(hop, nameOf));
  const via = message.gateway ?? message.via?.address;
  return withoutAbsent<Route>({
    destination: destinationOf(message),
    kind,
    via: via === undefined ? undefined : ipFromBytes(via),
    // The kernel has IPv6 routes that lead nowhere lead to lo (ip6_route_info_create).
    link:
      message.index === undefined || kind !== 'unicast'
        ? undefined
        : (nameOf(message.index) as InterfaceName | undefined),
    source: message.preferredSource === undefined ? undefined : ipFromBytes(message.preferredSource),
    metric: message.priority ?? 0,
    table: message.table,
    scope:
      (Object.keys(scopes) as Route['scope'][]).find((name) => scopes[name] === message.scope) ?? 'global',
    protocol: protocolName(message.protocol),
    onLink: (message.flags & RTNH_F.ONLINK) !== 0,
    nextHops: hops,
    mtu: message.metrics?.mtu,
  });
}

/** The request for a route, with iproute2's defaults for what is left out (ip-route(8)). */
export function routeToMessage(
  spec: ParsedRouteSpec,
  indexOf: (link: string) => number | undefined,
): RouteMessage {
  const family = ipFamily(spec.destination);
  return {
    family: addressFamily(family),
    destinationLength: prefixLength(spec.destination),
    sourceLength: 0,
    tos: 0,
    table: spec.table ?? RT_TABLE.MAIN,
    protocol: protocolNumber(spec.protocol ?? 'static'),
    scope: scopes[wantedScope(spec, family)],
    type: kinds[spec.kind ?? 'unicast'],
    flags: spec.onLink === true ? RTNH_F.ONLINK : 0,
    destination: prefixLength(spec.destination) === 0 ? undefined : ipToBytes(cidrAddress(spec.destination)),
    index: spec.link === undefined ? undefined : indexOf(spec.link),
    nextHops: spec.nextHops?.map((hop) => nextHopToMessage(hop, indexOf)),
    gateway: spec.via === undefined ? undefined : ipToBytes(spec.via),
    priority: spec.metric,
    preferredSource: spec.source === undefined ? undefined : ipToBytes(spec.source),
    metrics: spec.mtu === undefined ? undefined : { mtu: spec.mtu },
  };
}

/** A route as it is shown when a specification made it, but for what the kernel finds out itself: the link to a gateway. */
export function routeOfSpec(spec: ParsedRouteSpec): Route {
  const links: string[] = [spec, ...(spec.nextHops ?? [])].flatMap(({ link }) => link ?? []);
  const message = routeToMessage(spec, (link) => links.indexOf(link) + 1);
  const route = routeFromMessage({ ...message, priority: wantedMetric(spec) }, (index) => links[index - 1]);
  if (route === undefined) throw new InvalidArgumentError('kind', spec.kind, Object.keys(kinds).join(', '));
  return route;
}

/** Whether a route is the one that a specification would replace: same destination, table and metric. */
export function isSameSlot(route: Route, spec: ParsedRouteSpec): boolean {
  return (
    route.destination === spec.destination &&
    route.table === (spec.table ?? RT_TABLE.MAIN) &&
    route.metric === wantedMetric(spec)
  );
}

/** Whether a route has every property that a specification gives. */
export function matchesSpec(route: Route, spec: ParsedRouteSpec): boolean {
  const given = Object.entries(spec).filter(
    ([name, value]) => value !== undefined && !['metric', 'table', 'nextHops'].includes(name),
  );
  return (
    (spec.metric === undefined || route.metric === spec.metric) &&
    route.table === (spec.table ?? RT_TABLE.MAIN) &&
    (spec.nextHops === undefined || sameNextHops(route.nextHops, spec.nextHops)) &&
    given.every(([name, value]) => value === route[name as keyof Route])
  );
}

/** Whether a route leads where a specification says: the kind, and the way given or none. */
export function leadsSameWay(route: Route, spec: ParsedRouteSpec): boolean {
  return (
    sameNextHops(route.nextHops, spec.nextHops) &&
    route.kind === (spec.kind ?? 'unicast') &&
    route.via === spec.via &&
    (spec.nextHops !== undefined || route.onLink === (spec.onLink ?? false)) &&
    route.mtu === spec.mtu &&
    (spec.link === undefined || route.link === spec.link) &&
    (spec.source === undefined || route.source === spec.source) &&
    (spec.scope === undefined || route.scope === spec.scope) &&
    (spec.protocol === undefined || route.protocol === spec.protocol)
  );
}

function wantedMetric({ destination, metric }: ParsedRouteSpec): number {
  return metric ?? (ipFamily(destination) === 'ipv6' ? IPV6_METRIC : 0);
}

function wantedScope({ scope, via, nextHops, kind }: ParsedRouteSpec, family: IpFamily): Route['scope'] {
  if (scope !== undefined) return scope;
  const hasGateway = via !== undefined || nextHops?.some((hop) => hop.via !== undefined) === true;
  return family === 'ipv4' && !hasGateway && (kind ?? 'unicast') === 'unicast' ? 'link' : 'global';
}

function destinationOf({ destination, destinationLength, family }: RouteMessage): Network {
  const address =
    destination === undefined ? (family === AF.INET ? '0.0.0.0' : '::') : ipFromBytes(destination);
  return `${address}/${destinationLength}` as Network;
}

function nextHopFromMessage(hop: NextHopMessage, nameOf: (index: number) => string | undefined): NextHop {
  const via = hop.gateway ?? hop.via?.address;
  return withoutAbsent<NextHop>({
    via: via === undefined ? undefined : ipFromBytes(via),
    link: nameOf(hop.index) as InterfaceName | undefined,
    weight: hop.weight,
    onLink: (hop.flags & RTNH_F.ONLINK) !== 0,
  });
}

/** 0 lets the kernel find the link by the gateway (fib_check_nh). */
function nextHopToMessage(
  { via, link, weight = 1, onLink = false }: ParsedNextHop,
  indexOf: (link: string) => number | undefined,
): NextHopMessage {
  return {
    index: link === undefined ? 0 : (indexOf(link) ?? 0),
    flags: onLink ? RTNH_F.ONLINK : 0,
    weight,
    gateway: via === undefined ? undefined : ipToBytes(via),
  };
}

const protocolNames = new Map<number, string>(
  Object.entries(RTPROT).map(([word, number]) => [number, word.toLowerCase()]),
);
const protocolNumbers = new Map<string, number>([...protocolNames].map(([number, name]) => [name, number]));

export function protocolName(protocol: number): string {
  return protocolNames.get(protocol) ?? String(protocol);
}

/** @throws InvalidArgumentError for a word that is none of the kernel's and no number of one byte */
export function protocolNumber(name: string): number {
  const number = protocolNumbers.get(name) ?? (/^\d{1,3}$/.test(name) ? Number(name) : Number.NaN);
  if (number <= 255) return number;
  const words = [...protocolNumbers.keys()].join(', ');
  throw new InvalidArgumentError('protocol', name, `a number up to 255 or one of ${words}`);
}
