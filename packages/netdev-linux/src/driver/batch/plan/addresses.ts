import {
  cidrAddress,
  type NetDevOperation,
  type ParsedAddressSpec,
  parseAddressSpec,
  type Route,
} from 'netdev-core';
import type { AddressMessage } from '../../../netlink/index.js';
import { addressAddition, addressRemoval } from '../../address-changes.js';
import { ofLink } from '../touched.js';
import { type Plan, type Planning, planned, type Unplanned } from './plan.js';

/** Plans an address that is to be there. One of IPv4 that is to become another is changed alone: what leans on it goes, too. */
export function planAddressAddition(
  planning: Planning,
  operation: NetDevOperation & { do: 'add-address' },
): Plan {
  const spec = parseAddressSpec(operation.spec);
  const found = find(planning, spec);
  if (typeof found !== 'object' || 'numberOf' in found) return found;
  const change = addressAddition(spec, found.index, found.present);
  if (change === 'rewrite') return 'alone';
  if (change === 'right') return planned(operation);
  const { addresses, routes } = planning.known;
  addresses.put(spec, change.message);
  routes.doubtNetworkOf(change.message);
  return planned(operation, change, spec.link);
}

export function planAddressRemoval(
  planning: Planning,
  operation: NetDevOperation & { do: 'delete-address' },
): Plan {
  const { link, cidr } = operation;
  const spec = parseAddressSpec({ link, cidr });
  const found = find(planning, spec);
  if (typeof found !== 'object' || 'numberOf' in found) return found;
  if (found.present === undefined) return planned(operation);
  const { addresses, routes, permanent } = planning.known;
  const isLast = addresses.remove(found.index, spec.cidr);
  routes.doubtNetworkOf(found.present);
  const own = cidrAddress(spec.cidr);
  routes.doubtUsing((route) => route.source === own || (isLast && leadsThrough(route, spec.link)));
  // The kernel forgets them with its last IPv4 address (fib_disable_ip of net/ipv4/fib_frontend.c).
  if (isLast)
    for (const key of permanent.keys()) if (key.startsWith(ofLink(found.index, ''))) permanent.delete(key);
  return planned(operation, addressRemoval(spec, found.present), spec.link);
}

function leadsThrough({ link, nextHops = [] }: Route, name: string): boolean {
  return link === name || nextHops.some((hop) => hop.link === name);
}

function find(
  { links, known, touched }: Planning,
  spec: ParsedAddressSpec,
): Unplanned | { index: number; present: AddressMessage | undefined } {
  const link = links.get(spec.link);
  if (link === undefined) return 'alone';
  const { index } = link;
  if (index === undefined) return { numberOf: link };
  touched.addresses.add(ofLink(index, spec.cidr));
  const present = known.addresses.find(index, spec.cidr);
  return present === 'unsure' ? 'alone' : { index, present };
}
