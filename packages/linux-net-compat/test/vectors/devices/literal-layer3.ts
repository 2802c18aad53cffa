import { isDeepStrictEqual } from 'node:util';
import {
  type Address,
  type AddressSpec,
  type Cidr,
  cidrAddress,
  contains,
  hasBroadcast,
  type InterfaceName,
  type IpAddress,
  ipFamily,
  lastAddress,
  type NetDevDriver,
  networkOf,
  parseCidr,
  parseRouteSpec,
  type Route,
  type RouteSpec,
} from 'netdev-core';

/** Addresses and routes as they were told, one after the other. */
export interface Layer3 {
  addresses: Address[];
  routes: Route[];
}

/** The main table (RT_TABLE_MAIN of linux/rtnetlink.h). */
const MAIN_TABLE = 254;

type Layer3Driver = Pick<
  NetDevDriver,
  'listAddresses' | 'ensureAddress' | 'deleteAddress' | 'listRoutes' | 'ensureRoute' | 'deleteRoute'
>;

/**
 * Keeps addresses and routes to the letter, as the host that was recorded did, which had no kernel: a
 * route by a gateway that nobody reaches is taken, and what an address brings along by itself is not
 * there. What a kernel makes of it is the host tests' to say.
 */
export function createLiteralLayer3(
  state: Layer3,
  requireLink: (name: string) => Promise<unknown>,
): Layer3Driver {
  return {
    async listAddresses({ link, family } = {}) {
      if (link !== undefined) await requireLink(link);
      return state.addresses
        .filter((address) => link === undefined || address.link === link)
        .filter(({ cidr }) => family === undefined || ipFamily(cidr) === family)
        .map((address) => ({ ...address }));
    },
    async ensureAddress(spec) {
      await requireLink(spec.link);
      const address = literalAddress(spec);
      const place = state.addresses.findIndex((present) => isSameAddress(present, address));
      const changed = !isDeepStrictEqual(state.addresses[place], address);
      state.addresses.splice(place === -1 ? state.addresses.length : place, 1, address);
      return { changed, value: { ...address } };
    },
    async deleteAddress(link, cidr) {
      await requireLink(link);
      const gone = state.addresses.filter(
        (address) => address.link === link && address.cidr === literalCidr(cidr),
      );
      state.addresses = state.addresses.filter((address) => !gone.includes(address));
      return gone.length > 0;
    },
    async listRoutes({ link, family, table = MAIN_TABLE } = {}) {
      if (link !== undefined) await requireLink(link);
      return state.routes
        .filter((route) => table === 'all' || route.table === table)
        .filter((route) => link === undefined || route.link === link)
        .filter(({ destination }) => family === undefined || ipFamily(destination) === family)
        .map((route) => ({ ...route }));
    },
    async ensureRoute(spec) {
      if (spec.link !== undefined) await requireLink(spec.link);
      const route = routeOf(state, spec);
      const place = state.routes.findIndex((present) => isSameSlot(present, route));
      const changed = !isDeepStrictEqual(state.routes[place], route);
      state.routes.splice(place === -1 ? state.routes.length : place, 1, route);
      return { changed, value: { ...route } };
    },
    async deleteRoute(spec) {
      const parsed = parseRouteSpec(spec);
      const gone = state.routes.find((route) => fits(route, parsed));
      state.routes = state.routes.filter((route) => route !== gone);
      return gone !== undefined;
    },
  };
}

/** The link whose network holds a gateway. */
export function linkTowards({ addresses }: Layer3, gateway: string): InterfaceName | undefined {
  return addresses.find(({ cidr }) => {
    const network = networkOrNone(cidr);
    return network !== undefined && contains(network, gateway as IpAddress);
  })?.link;
}

/** The text that is compared; one that is no address with a prefix length stays as it is. */
export function literalCidr(text: string): Cidr {
  try {
    return parseCidr(text);
  } catch {
    return text as Cidr;
  }
}

function networkOrNone(cidr: Cidr): Cidr | undefined {
  try {
    return networkOf(parseCidr(cidr));
  } catch {
    return undefined;
  }
}

/** The address that a specification asks for. */
export function literalAddress(spec: AddressSpec): Address {
  const cidr = literalCidr(spec.cidr);
  const given = spec.broadcast;
  const whole = networkOrNone(cidr);
  const address: Address = {
    link: spec.link as InterfaceName,
    cidr,
    scope: spec.scope ?? (cidrAddress(cidr).startsWith('127.') ? 'host' : 'global'),
    secondary: false,
    dynamic: spec.validLifetime !== undefined,
    tentative: false,
  };
  if (typeof given === 'string') address.broadcast = given as IpAddress;
  if (given === undefined && spec.peer === undefined && whole !== undefined && hasBroadcast(whole))
    address.broadcast = lastAddress(whole);
  if (spec.peer !== undefined) address.peer = spec.peer as IpAddress;
  if (spec.noPrefixRoute === true) address.noPrefixRoute = true;
  if (spec.label !== undefined) address.label = spec.label;
  if (spec.preferredLifetime !== undefined) address.preferredLifetime = spec.preferredLifetime;
  return address;
}

function routeOf(state: Layer3, spec: RouteSpec): Route {
  const parsed = parseRouteSpec(spec);
  const { destination, via, source, mtu, kind = 'unicast' } = parsed;
  const link = parsed.link ?? (via === undefined ? undefined : linkTowards(state, via));
  return {
    destination,
    kind,
    metric: parsed.metric ?? 0,
    table: parsed.table ?? MAIN_TABLE,
    scope: parsed.scope ?? (via === undefined && kind === 'unicast' ? 'link' : 'global'),
    // What ip(8) gives a route when nobody says.
    protocol: parsed.protocol ?? 'boot',
    onLink: parsed.onLink ?? false,
    ...(via === undefined ? {} : { via }),
    ...(link === undefined ? {} : { link }),
    ...(source === undefined ? {} : { source }),
    ...(mtu === undefined ? {} : { mtu }),
  };
}

function isSameAddress(one: Address, other: Address): boolean {
  return one.link === other.link && one.cidr === other.cidr;
}

function isSameSlot(one: Route, other: Route): boolean {
  return one.destination === other.destination && one.table === other.table && one.metric === other.metric;
}

function fits(route: Route, spec: RouteSpec): boolean {
  return Object.entries(spec).every(
    ([field, value]) =>
      value === undefined ||
      route[field as keyof Route] === value ||
      (field === 'link' && route.link === undefined),
  );
}
