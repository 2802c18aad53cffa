import {
  type Address,
  type AddressFilter,
  cidrAddress,
  hasBroadcast,
  type IpAddress,
  ipFamily,
  lastAddress,
  type ParsedAddressSpec,
} from 'netdev-core';
import { connectedRoute, farNetwork } from './connected-routes.js';
import { findByName, type NetworkStack, tell } from './network-stack.js';
import { appendRoute, dropRoute } from './route-operations.js';

/** The address that a specification asks for. */
export function addressOf(spec: ParsedAddressSpec): Address {
  const { link, cidr, validLifetime, preferredLifetime } = spec;
  const address: Address = {
    link,
    cidr,
    scope: spec.scope ?? (cidr.startsWith('127.') ? 'host' : cidr.startsWith('fe80:') ? 'link' : 'global'),
    secondary: false,
    dynamic: validLifetime !== undefined,
    tentative: false,
  };
  const hasDefault = spec.broadcast === undefined && spec.peer === undefined && hasBroadcast(cidr);
  const broadcast = hasDefault ? lastAddress(cidr) : (spec.broadcast ?? undefined);
  if (spec.peer !== undefined) address.peer = spec.peer;
  if (spec.noPrefixRoute === true) address.noPrefixRoute = true;
  if (broadcast !== undefined) address.broadcast = broadcast;
  if (ipFamily(cidr) === 'ipv4') address.label = spec.label ?? link;
  if (validLifetime !== undefined) address.validLifetime = validLifetime;
  if (preferredLifetime !== undefined) address.preferredLifetime = preferredLifetime;
  return address;
}

/** What an address that is there is to become: as it is, but for what the specification gives. */
export function withProperties(present: Address, spec: ParsedAddressSpec): Address {
  const wanted = addressOf(spec);
  const changed: Address = { ...wanted, secondary: present.secondary };
  if (spec.scope === undefined) changed.scope = present.scope;
  if (spec.peer === undefined && present.peer !== undefined) changed.peer = present.peer;
  if (spec.noPrefixRoute === undefined && present.noPrefixRoute === true) changed.noPrefixRoute = true;
  if (spec.label === undefined && present.label !== undefined) changed.label = present.label;
  if (spec.broadcast === undefined) {
    delete changed.broadcast;
    if (present.broadcast !== undefined) changed.broadcast = present.broadcast;
  }
  return changed;
}

/** In a kernel's order: IPv4 first, device by device, a primary before its secondaries. */
export function listAddresses(stack: NetworkStack, { link, family }: AddressFilter): Address[] {
  const order = ({ cidr, link: name }: Address): number =>
    (ipFamily(cidr) === 'ipv4' ? 0 : 1_000_000) + (findByName(stack, name)?.index ?? 0);
  return stack.addresses
    .filter(
      (address) =>
        (link === undefined || address.link === link) &&
        (family === undefined || ipFamily(address.cidr) === family),
    )
    .sort((one, other) => order(one) - order(other))
    .map((address) => ({ ...address }));
}

/** Gives a link an address, with the route to its network. A second address of one IPv4 network is a secondary. */
export function addAddress(stack: NetworkStack, address: Address): Address {
  const isSecondary = stack.addresses.some((present) => isPrimaryOf(present, address));
  const added = { ...address, secondary: isSecondary };
  stack.addresses.splice(placeOf(stack, added), 0, added);
  if (!isSecondary) connect(stack, added);
  tell(stack, { type: 'address-added', address: added });
  return added;
}

/** Changes an address in place; its secondaries and the routes that lean on it stay. */
export function replaceAddress(stack: NetworkStack, present: Address, wanted: Address): void {
  stack.addresses = stack.addresses.map((address) => (address === present ? wanted : address));
  const [old, fresh] = [connectedRoute(present), connectedRoute(wanted)];
  if (old?.destination !== fresh?.destination) {
    const made = stack.routes.find(
      ({ destination, source, link, protocol }) =>
        protocol === 'kernel' &&
        destination === old?.destination &&
        source === old.source &&
        link === old.link,
    );
    if (made !== undefined) dropRoute(stack, made);
    if (!wanted.secondary) connect(stack, wanted);
  }
  tell(stack, { type: 'address-added', address: wanted });
}

/**
 * Takes an address away with the routes that lean on it. Its secondaries go with it, and with the
 * last IPv4 address of a link all IPv4 routes by it, as on Linux (fib_inetaddr_event).
 */
export function dropAddress(stack: NetworkStack, address: Address): void {
  const gone = stack.addresses.filter(
    (present) => present === address || (present.secondary && isPrimaryOf(address, present)),
  );
  stack.addresses = stack.addresses.filter((present) => !gone.includes(present));
  const sources = new Set<IpAddress>(gone.map(({ cidr }) => cidrAddress(cidr)));
  const isLast = ipFamily(address.cidr) === 'ipv4' && !hasIpv4(stack, address.link);
  for (const route of stack.routes.filter(
    ({ link, source, destination }) =>
      link === address.link &&
      ((isLast && ipFamily(destination) === 'ipv4') || (source !== undefined && sources.has(source))),
  )) {
    dropRoute(stack, route);
  }
  for (const removed of gone) tell(stack, { type: 'address-removed', address: removed });
}

/** The routes that a link's addresses bring, when it comes up. */
export function connectLink(stack: NetworkStack, link: string): void {
  for (const address of stack.addresses) {
    if (address.link === link && !address.secondary) connect(stack, address);
  }
}

/** All routes that use a link go when it goes down; its IPv4 addresses stay (ip-link(8)). */
export function disconnectLink(stack: NetworkStack, link: string): void {
  for (const route of stack.routes.filter((present) => present.link === link)) dropRoute(stack, route);
}

/** Takes away all addresses and routes of a link. */
export function removeLayer3(stack: NetworkStack, link: string): void {
  for (const address of stack.addresses.filter((present) => present.link === link)) {
    if (stack.addresses.includes(address)) dropAddress(stack, address);
  }
  disconnectLink(stack, link);
}

function connect(stack: NetworkStack, address: Address): void {
  const route = findByName(stack, address.link)?.up === true ? connectedRoute(address) : undefined;
  if (route !== undefined) appendRoute(stack, route);
}

/** IPv4 primaries before all secondaries; IPv6 the newest first (inet_insert_ifa, ipv6_link_dev_addr of Linux). */
function placeOf(stack: NetworkStack, address: Address): number {
  if (address.secondary) return stack.addresses.length;
  const before = (present: Address): boolean =>
    present.link === address.link &&
    ipFamily(present.cidr) === ipFamily(address.cidr) &&
    (ipFamily(address.cidr) === 'ipv6' || present.secondary);
  const place = stack.addresses.findIndex(before);
  return place === -1 ? stack.addresses.length : place;
}

function hasIpv4(stack: NetworkStack, link: string): boolean {
  return stack.addresses.some((address) => address.link === link && ipFamily(address.cidr) === 'ipv4');
}

function isPrimaryOf(primary: Address, address: Address): boolean {
  return (
    !primary.secondary &&
    primary.link === address.link &&
    ipFamily(primary.cidr) === 'ipv4' &&
    farNetwork(primary) === farNetwork(address)
  );
}
