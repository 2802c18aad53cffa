import { specOfRoute } from 'netdev-core';
import { RTA, RTPROT } from '../../../netlink/index.js';
import { deleteRoute, newRoute } from '../../layer3.js';
import {
  type DumpedRoute,
  isAskedFor,
  isLinkLocal,
  leadsThrough,
  needsGateway,
  speaksFrom,
} from '../../layer3-plan.js';
import { routeFromMessage } from '../../route-codec.js';
import { routeAgain, withoutAttributes } from '../../route-payload.js';
import type { HostState } from '../host-state.js';
import { inTable, type Touched } from '../touched.js';
import { listDifference } from './list-difference.js';
import { grouped, type Restoring, type RestoringContext, type RestoringStep } from './restoring.js';

/** Puts back the routes that are named, and those that went with a link or an address; of one destination in their order. */
export function restoreRoutes(
  before: HostState,
  now: HostState,
  touched: Touched,
  { nameOf, isOurs }: RestoringContext,
): Restoring {
  const isNamed = (route: DumpedRoute): boolean => touched.routes.has(destinationOf(route));
  const concerns = (route: DumpedRoute): boolean => {
    if (!isAskedFor(route.message)) return false;
    if (isNamed(route)) return true;
    if (isLinkLocal(route.message)) return false;
    return leadsThrough(route.message, isOurs) || speaksFrom(route.message, before.addresses);
  };
  // The kernel's own for an address, where there was none: somebody had taken it away, or preferred another.
  const mayGo = (route: DumpedRoute): boolean =>
    isNamed(route) || (route.message.protocol === RTPROT.KERNEL && leadsThrough(route.message, isOurs));
  const slots = new Set(before.routes.filter(concerns).map(slotOf));
  const inSlots = ({ routes }: HostState): Map<string, DumpedRoute[]> =>
    grouped(
      routes.filter((route) => isAskedFor(route.message) && (slots.has(slotOf(route)) || concerns(route))),
      slotOf,
    );
  const [was, is] = [inSlots(before), inSlots(now)];
  const stepOf = (
    { message }: DumpedRoute,
    change: 'add-route' | 'delete-route',
    request: Uint8Array,
  ): RestoringStep => {
    const route = routeFromMessage(message, nameOf);
    const told = route === undefined ? undefined : ({ do: change, spec: specOfRoute(route) } as const);
    return { what: `route ${route?.destination}`, request, told };
  };
  const off: RestoringStep[] = [];
  const back: DumpedRoute[] = [];
  for (const slot of new Set([...was.keys(), ...is.keys()])) {
    const { drop, add } = listDifference(was.get(slot) ?? [], is.get(slot) ?? [], identityOf, mayGo);
    off.push(...drop.map((route) => stepOf(route, 'delete-route', deleteRoute(again(route)))));
    back.push(...add);
  }
  // Those on a link first: a gateway has to be reachable by then.
  back.sort((one, other) => Number(needsGateway(one)) - Number(needsGateway(other)));
  return { off, on: back.map((route) => stepOf(route, 'add-route', newRoute(again(route)))) };
}

function again({ payload, message }: DumpedRoute): Uint8Array {
  const request = routeAgain(payload, message, 0, 0);
  if (message.nextHopId === undefined) return request;
  // The kernel tells the ways of a nexthop object beside it, and takes one or the other (fib_create_info).
  return withoutAttributes(request, [RTA.OIF, RTA.GATEWAY, RTA.VIA, RTA.MULTIPATH]);
}

function destinationOf({ message }: DumpedRoute): string {
  const route = routeFromMessage(message, () => undefined);
  return inTable(message.table, route?.destination ?? '');
}

/** Those of one destination, table and metric are one list of the kernel's. */
function slotOf(route: DumpedRoute): string {
  const { family, tos, priority } = route.message;
  return `${family} ${destinationOf(route)} ${tos} ${priority ?? 0}`;
}

/** Equal for two readings of one route: what it was asked for with, without what runs down by itself. */
function identityOf({ payload, message }: DumpedRoute): string {
  const request = routeAgain(payload, { ...message, cacheInfo: undefined }, 0, 0);
  return Buffer.from(withoutAttributes(request, [RTA.CACHEINFO])).toString('latin1');
}
