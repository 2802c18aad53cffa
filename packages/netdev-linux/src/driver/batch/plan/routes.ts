import { type NetDevOperation, type ParsedRouteSpec, parseRouteSpec } from 'netdev-core';
import { linksOfRoute, routeAddition, routeRemoval } from '../../route-changes.js';
import { isSameSlot, leadsSameWay, matchesSpec } from '../../route-codec.js';
import { inTable } from '../touched.js';
import { type Plan, type Planning, planned, type Unplanned } from './plan.js';
import { tableOf } from './route-table.js';

export function planRouteAddition(
  planning: Planning,
  operation: NetDevOperation & { do: 'add-route' },
): Plan {
  const spec = parseRouteSpec(operation.spec);
  const { links, known } = planning;
  touch(planning, spec);
  const missing = unknownLink(planning, spec);
  if (missing !== undefined) return missing;
  const present = known.routes.find(spec, (route) => isSameSlot(route, spec));
  if (present === 'unsure') return 'alone';
  if (present !== undefined && leadsSameWay(present, spec)) return planned(operation);
  const change = routeAddition(spec, (name) => links.get(name)?.index);
  known.routes.put(spec, present);
  return planned(operation, change, linksOfRoute(spec)[0]);
}

export function planRouteRemoval(
  planning: Planning,
  operation: NetDevOperation & { do: 'delete-route' },
): Plan {
  const spec = parseRouteSpec(operation.spec);
  const { routes } = planning.known;
  touch(planning, spec);
  const present = routes.find(spec, (route) => matchesSpec(route, spec));
  if (present === 'unsure') return 'alone';
  if (present === undefined) return planned(operation);
  const change = routeRemoval(present, (name) => planning.links.get(name)?.index ?? routes.indexOf(name));
  routes.remove(present);
  return planned(operation, change, present.link);
}

function touch({ touched }: Planning, spec: ParsedRouteSpec): void {
  touched.routes.add(inTable(tableOf(spec), spec.destination));
}

function unknownLink({ links }: Planning, spec: ParsedRouteSpec): Unplanned | undefined {
  const entries = linksOfRoute(spec).map((name) => links.get(name));
  if (entries.includes(undefined)) return 'alone';
  const unnumbered = entries.find((entry) => entry?.index === undefined);
  return unnumbered === undefined ? undefined : { numberOf: unnumbered };
}
