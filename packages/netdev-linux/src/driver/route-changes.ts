import { type ParsedRouteSpec, type Route, specOfRoute } from 'netdev-core';
import { encodeMessage, encodeRoute, NLM_F, RTM } from '../netlink/index.js';
import type { Change } from './change.js';
import type { Attempt } from './kernel-error.js';
import { routeToMessage } from './route-codec.js';

type IndexOf = (link: string) => number | undefined;

export function routeAttempt(operation: string, spec: ParsedRouteSpec): Attempt {
  const way = [spec, ...(spec.nextHops ?? [])]
    .flatMap(({ via, link }) => [via && `via ${via}`, link && `dev ${link}`])
    .filter(Boolean)
    .join(' ');
  return { operation, object: [spec.destination, way].filter(Boolean).join(' ') };
}

/** The links that a route leads through, each once. */
export function linksOfRoute(spec: ParsedRouteSpec): string[] {
  return [...new Set([spec, ...(spec.nextHops ?? [])].flatMap(({ link }) => link ?? []))];
}

/** Makes a route, in place of the one with the same destination, table and metric. */
export function routeAddition(spec: ParsedRouteSpec, indexOf: IndexOf): Change {
  return {
    attempt: routeAttempt('add route', spec),
    request: request(RTM.NEWROUTE, NLM_F.CREATE | NLM_F.REPLACE, spec, indexOf),
    accept: [],
    told: { do: 'add-route', spec },
  };
}

/** Deletes a route that is there. */
export function routeRemoval(present: Route, indexOf: IndexOf): Change {
  const spec = specOfRoute(present);
  return {
    attempt: routeAttempt('delete route', spec),
    request: request(RTM.DELROUTE, 0, spec, indexOf),
    // It went by itself meanwhile.
    accept: ['ESRCH'],
    told: { do: 'delete-route', spec },
  };
}

function request(type: number, flags: number, spec: ParsedRouteSpec, indexOf: IndexOf): Uint8Array {
  return encodeMessage(
    { type, flags: flags | NLM_F.REQUEST | NLM_F.ACK },
    encodeRoute(routeToMessage(spec, indexOf)),
  );
}
