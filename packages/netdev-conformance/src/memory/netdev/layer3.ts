import {
  InvalidArgumentError,
  type IpFamily,
  type NetDevDriver,
  neededForAddress,
  neededForRoute,
  parseAddressSpec,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  parseRouteSpec,
  type Route,
} from 'netdev-core';
import {
  addAddress,
  addressOf,
  dropAddress,
  listAddresses,
  replaceAddress,
  withProperties,
} from '../address-operations.js';
import { MAIN_TABLE } from '../connected-routes.js';
import { requireLink } from '../link-operations.js';
import type { NetworkStack } from '../network-stack.js';
import { dropRoute, isSameSlot, leadsSameWay, matchesSpec, putRoute, routeOf } from '../route-operations.js';
import type { MemorySession } from './session.js';

type Layer3 = Pick<
  NetDevDriver,
  | 'listAddresses'
  | 'ensureAddress'
  | 'deleteAddress'
  | 'listRoutes'
  | 'ensureRoute'
  | 'deleteRoute'
  | 'getForwarding'
  | 'setForwarding'
  | 'announceAddress'
>;

/** Reads and changes the addresses and routes of one stack. */
export function createMemoryLayer3({
  stack,
  capabilities,
  begin,
  need,
  needAll,
  done,
}: MemorySession): Layer3 {
  return {
    async listAddresses(filter = {}, callOptions) {
      begin('list addresses', callOptions);
      requireFilter(stack, filter, 'list addresses of');
      return listAddresses(stack, filter);
    },

    async ensureAddress(given, callOptions) {
      begin('add address', callOptions);
      const spec = parseAddressSpec(given);
      requireLink(stack, spec.link, 'add address to');
      needAll(neededForAddress(spec), 'add address', spec.cidr);
      const present = stack.addresses.find(({ link, cidr }) => link === spec.link && cidr === spec.cidr);
      if (present === undefined) {
        const added = addAddress(stack, addressOf(spec));
        done({ do: 'add-address', spec });
        return { changed: true, value: { ...added } };
      }
      const wanted = withProperties(present, spec);
      // A lifetime is counted anew each time.
      const isTimed = present.dynamic || wanted.dynamic;
      if (!isTimed && sameProperties(present, wanted)) return { changed: false, value: { ...present } };
      replaceAddress(stack, present, wanted);
      done({ do: 'add-address', spec });
      return { changed: true, value: { ...wanted } };
    },

    async deleteAddress(link, cidr, callOptions) {
      begin('delete address', callOptions);
      const spec = parseAddressSpec({ link, cidr });
      requireLink(stack, spec.link, 'delete address of');
      const present = stack.addresses.find(
        (address) => address.link === spec.link && address.cidr === spec.cidr,
      );
      if (present === undefined) return false;
      dropAddress(stack, present);
      done({ do: 'delete-address', link: spec.link, cidr: spec.cidr });
      return true;
    },

    async listRoutes(filter = {}, callOptions) {
      begin('list routes', callOptions);
      requireFilter(stack, filter, 'list routes of');
      const table = filter.table ?? MAIN_TABLE;
      return stack.routes
        .filter((route) => table === 'all' || route.table === table)
        .filter((route) => filter.link === undefined || usesLink(route, filter.link))
        .filter(
          ({ destination }) =>
            filter.family === undefined || destination.includes(':') === (filter.family === 'ipv6'),
        )
        .map((route) => ({ ...route }));
    },

    async ensureRoute(given, callOptions) {
      begin('add route', callOptions);
      const parsed = parseRouteSpec(given);
      needAll(neededForRoute(parsed), 'add route', parsed.destination);
      // Where routes have no metric, all have the same.
      const spec = capabilities.has('metrics') ? parsed : { ...parsed, metric: 0 };
      for (const { link } of [spec, ...(spec.nextHops ?? [])])
        if (link !== undefined) requireLink(stack, link, 'add route by');
      const present = stack.routes.find((route) => isSameSlot(route, spec));
      if (present !== undefined && leadsSameWay(present, spec))
        return { changed: false, value: { ...present } };
      const route = routeOf(stack, spec);
      putRoute(stack, route);
      done({ do: 'add-route', spec });
      return { changed: true, value: { ...route } };
    },

    async deleteRoute(given, callOptions) {
      begin('delete route', callOptions);
      const spec = parseRouteSpec(given);
      if (spec.link !== undefined) requireLink(stack, spec.link, 'delete route by');
      const present = stack.routes.find((route) => matchesSpec(route, spec));
      if (present === undefined) return false;
      dropRoute(stack, present);
      done({ do: 'delete-route', spec });
      return true;
    },

    async getForwarding(family, callOptions) {
      begin('read forwarding', callOptions);
      return stack.forwarding[parseFamily(family)];
    },

    async setForwarding(family, enabled, callOptions) {
      begin('set forwarding', callOptions);
      if (stack.forwarding[parseFamily(family)] === enabled) return false;
      stack.forwarding[family] = enabled;
      done({ do: 'set-forwarding', family, enabled });
      return true;
    },

    async announceAddress(link, address, { count = 1, intervalMs = 1000, ...callOptions } = {}) {
      begin('announce', callOptions);
      const parsed = parseIpAddress(address);
      parseInteger(count, 'count', 1, 100);
      parseInteger(intervalMs, 'intervalMs', 0, 60_000);
      need(parsed.includes(':') ? 'announce-ipv6' : 'announce', 'announce', parsed);
      const { name } = requireLink(stack, parseInterfaceName(link, 'link'), 'announce on');
      done({ do: 'announce-address', link: name, address: parsed, count });
    },
  };
}

function usesLink({ link, nextHops = [] }: Route, name: string): boolean {
  return link === name || nextHops.some((hop) => hop.link === name);
}

function requireFilter(stack: NetworkStack, { link }: { link?: string }, operation: string): void {
  if (link !== undefined) requireLink(stack, parseInterfaceName(link, 'link'), operation);
}

function sameProperties<T extends object>(one: T, other: T): boolean {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof T>;
  return [...fields].every((field) => one[field] === other[field]);
}

function parseFamily(family: unknown): IpFamily {
  if (family === 'ipv4' || family === 'ipv6') return family;
  throw new InvalidArgumentError('family', family, 'ipv4 or ipv6');
}
