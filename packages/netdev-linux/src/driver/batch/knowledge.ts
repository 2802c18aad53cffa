import { type NetDevOperation, type OperationOptions, parseRouteSpec, type Route } from 'netdev-core';
import { entryFromMessage } from '../forwarding-entry-message.js';
import { isAskedFor } from '../layer3-plan.js';
import { neighbourFromMessage } from '../neighbour-from-message.js';
import { routeFromMessage } from '../route-codec.js';
import { ruleFromMessage } from '../rule-codec.js';
import type { Session } from '../session.js';
import type { HostState } from './host-state.js';
import type { LinkTable } from './link-table.js';
import type { Needs } from './needs.js';
import { type AddressTable, addressTable } from './plan/address-table.js';
import { type EntryTable, entryTable } from './plan/entry-table.js';
import { type RouteTable, routeTable, tableOf } from './plan/route-table.js';
import { type RuleTable, ruleTable } from './plan/rule-table.js';
import { type VlanTable, vlanTable } from './plan/vlan-table.js';
import { readNames } from './read-links.js';
import { inTable, ofLink } from './touched.js';

/** What a batch knows of the host beside links, and goes by when it plans. */
export interface Knowledge {
  addresses: AddressTable;
  routes: RouteTable;
  /** The MAC addresses of the neighbours that are set to stay. */
  permanent: Map<string, string>;
  entries: EntryTable;
  rules: RuleTable;
  vlans: VlanTable;
}

/** What knowledge is made of. */
interface Source {
  state: HostState;
  needs: Needs;
  operations: readonly NetDevOperation[];
  links: LinkTable;
}

/** Makes tables of what was read. Of routes, those to the destinations that the operations name. */
export async function knowledgeOf(
  session: Session,
  { state, needs, operations, links }: Source,
  options?: OperationOptions,
): Promise<Knowledge> {
  const { addresses, routes, neighbours, entries, rules } = state;
  const names = links.numbered();
  const destinations = namedDestinations(operations);
  const named = routes
    .map(({ message }) => message)
    .filter((message) => {
      if (!isAskedFor(message) || destinations.size === 0) return false;
      const route = routeFromMessage(message, () => undefined);
      return route !== undefined && destinations.has(inTable(route.table, route.destination));
    });
  const others = named
    .flatMap(({ index, nextHops = [] }) => [index ?? 0, ...nextHops.map((hop) => hop.index)])
    .filter((index) => index !== 0 && !names.has(index));
  for (const [index, name] of await readNames(session, [...new Set(others)], options)) names.set(index, name);
  const nameOf = (index: number): string => names.get(index) ?? `#${index}`;
  return {
    addresses: addressTable(addresses),
    routes: routeTable(
      named.flatMap((message): Route | [] => routeFromMessage(message, nameOf) ?? []),
      names,
    ),
    permanent: new Map(
      neighbours.flatMap((message): [string, string][] => {
        const { address, mac, state } = neighbourFromMessage(message, '') ?? {};
        return address === undefined || mac === undefined || state !== 'permanent'
          ? []
          : [[ofLink(message.index, address), mac]];
      }),
    ),
    entries: entryTable(
      entries.flatMap((message) => {
        const entry = entryFromMessage(message, nameOf);
        return entry === undefined ? [] : [{ index: message.index, entry }];
      }),
      needs.links,
    ),
    rules: ruleTable(rules.flatMap(({ message }) => ruleFromMessage(message) ?? [])),
    vlans: vlanTable(state.vlans),
  };
}

/** What is no route is refused when it comes to be planned. */
function namedDestinations(operations: readonly NetDevOperation[]): Set<string> {
  const destinations = new Set<string>();
  for (const operation of operations) {
    if (operation.do !== 'add-route' && operation.do !== 'delete-route') continue;
    try {
      const spec = parseRouteSpec(operation.spec);
      destinations.add(inTable(tableOf(spec), spec.destination));
    } catch {}
  }
  return destinations;
}
