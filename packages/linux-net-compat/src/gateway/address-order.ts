import {
  type Address,
  type AddressSpec,
  explicitRoutes,
  type NetDevOperation,
  needsGateway,
  type Route,
  type RouteSpec,
  specOfAddress,
  specOfRoute,
} from 'netdev-core';
import { addressAgain } from '../interfaces/address-again.js';

/** A step of those that put an address first. */
export type OrderStep = Extract<
  NetDevOperation,
  { do: 'delete-route' | 'delete-address' | 'add-address' | 'add-route' }
>;

/** The IPv4 addresses and routes of one link, in the kernel's order. */
export interface Ipv4Layer {
  /** Those of global scope. */
  addresses: readonly Address[];
  routes: readonly Route[];
}

/**
 * What puts an address before all others of its link. The kernel appends, so all go and come again;
 * secondaries go first, because a primary would take them along, and what is put back has its label,
 * lifetimes, device, metric and table.
 */
export function orderSteps(wanted: AddressSpec, { addresses, routes }: Ipv4Layer): OrderStep[] {
  const { link } = wanted;
  // A gateway is found by a route without one, if not by an address.
  const again = explicitRoutes(routes)
    .map(specOfRoute)
    .sort((one, other) => Number(needsGateway(one)) - Number(needsGateway(other)));
  return [
    ...[...again].reverse().map((spec): OrderStep => ({ do: 'delete-route', spec })),
    ...[...addresses].reverse().map(({ cidr }): OrderStep => ({ do: 'delete-address', link, cidr })),
    { do: 'add-address', spec: wanted },
    ...others(wanted, addresses).map(
      (address): OrderStep => ({ do: 'add-address', spec: specOfAddress(address, link) }),
    ),
    ...again.map((spec): OrderStep => ({ do: 'add-route', spec })),
  ];
}

/**
 * The same as the original did it: routes with a gateway go by their destination and come again
 * without their device, others do not come again; addresses lose labels and lifetimes.
 */
export function keptOrderSteps(wanted: AddressSpec, { addresses, routes }: Ipv4Layer): OrderStep[] {
  const { link } = wanted;
  const gone = routes.filter(({ via, table }) => via !== undefined && table === MAIN_TABLE);
  return [
    ...gone.map(({ destination }): OrderStep => ({ do: 'delete-route', spec: { destination, link } })),
    ...addresses.map(({ cidr }): OrderStep => ({ do: 'delete-address', link, cidr })),
    { do: 'add-address', spec: wanted },
    ...others(wanted, addresses).map(
      (address): OrderStep => ({ do: 'add-address', spec: addressAgain(address, link) }),
    ),
    ...gone.map((route): OrderStep => ({ do: 'add-route', spec: withoutLink(specOfRoute(route)) })),
  ];
}

const MAIN_TABLE = 254;

function withoutLink({ link: _, ...spec }: RouteSpec): RouteSpec {
  return spec;
}

function others(wanted: AddressSpec, addresses: readonly Address[]): Address[] {
  return addresses.filter(({ cidr }) => cidr !== wanted.cidr);
}
