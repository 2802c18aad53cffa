import type { ParsedRouteSpec, Route } from 'netdev-core';
import { type AddressMessage, RT_TABLE } from '../../../netlink/index.js';
import { networkOf } from '../../layer3-plan.js';
import { routeOfSpec } from '../../route-codec.js';
import { inTable } from '../touched.js';

/** The routes to the destinations that a batch names, as they will be when what was planned has been carried out. */
export interface RouteTable {
  /** The first that matches, in the kernel's order. `unsure`: the kernel may have made or dropped one itself. */
  find(spec: ParsedRouteSpec, matches: (route: Route) => boolean): Route | 'unsure' | undefined;
  /** Puts a new route in, in the place of another if one is given. */
  put(spec: ParsedRouteSpec, replaced: Route | undefined): void;
  remove(route: Route): void;
  /** The number of a link that a route leads through. */
  indexOf(name: string): number | undefined;
  /** The kernel makes and drops routes for an address. */
  doubtNetworkOf(address: AddressMessage): void;
  doubtUsing(may: (route: Route) => boolean): void;
}

export function tableOf({ table = RT_TABLE.MAIN }: ParsedRouteSpec): number {
  return table;
}

export function routeTable(routes: readonly Route[], names: ReadonlyMap<number, string>): RouteTable {
  const byDestination = new Map<string, Route[]>();
  const unsure = new Set<string>();
  const numbers = new Map([...names].map(([index, name]) => [name, index]));
  const listOf = (table: number, destination: string): Route[] => {
    const key = inTable(table, destination);
    const list = byDestination.get(key) ?? [];
    byDestination.set(key, list);
    return list;
  };
  for (const route of routes) listOf(route.table, route.destination).push(route);
  return {
    find: (spec, matches) =>
      unsure.has(spec.destination) ? 'unsure' : listOf(tableOf(spec), spec.destination).find(matches),
    put: (spec, replaced) => {
      const list = listOf(tableOf(spec), spec.destination);
      const route = routeOfSpec(spec);
      const place = replaced === undefined ? -1 : list.indexOf(replaced);
      const behind = list.findIndex(({ metric }) => metric > route.metric);
      if (place !== -1) list[place] = route;
      else list.splice(behind === -1 ? list.length : behind, 0, route);
      // The kernel finds the link by the gateway.
      const ways = spec.nextHops ?? (spec.via === undefined ? [] : [spec]);
      if (ways.some(({ link }) => link === undefined)) unsure.add(spec.destination);
    },
    remove: (route) => {
      const list = listOf(route.table, route.destination);
      list.splice(list.indexOf(route), 1);
    },
    indexOf: (name) => numbers.get(name),
    doubtNetworkOf: (address) => {
      const network = networkOf(address);
      if (network !== undefined) unsure.add(network);
    },
    doubtUsing: (may) => {
      for (const [route] of byDestination.values()) {
        if (route === undefined || unsure.has(route.destination)) continue;
        if (listOf(route.table, route.destination).some(may)) unsure.add(route.destination);
      }
    },
  };
}
