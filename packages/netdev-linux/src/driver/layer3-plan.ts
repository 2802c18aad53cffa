import { ipFromBytes } from 'netdev-core';
import {
  type AddressMessage,
  AF,
  IFA_F,
  type RouteMessage,
  RT_SCOPE,
  RTM_F,
  RTN,
  RTPROT,
} from '../netlink/index.js';

/** A route as a dump told it: read, and as bytes. */
export interface DumpedRoute {
  message: RouteMessage;
  payload: Uint8Array;
}

/** What a host would be asked for by itself. */
const OWN_KINDS: readonly number[] = [RTN.UNICAST, RTN.BLACKHOLE, RTN.UNREACHABLE, RTN.PROHIBIT, RTN.THROW];

/** Flags of an address that can be asked for; the others tell of its state. */
const SETTABLE = {
  [AF.INET]: IFA_F.NOPREFIXROUTE | IFA_F.MCAUTOJOIN,
  [AF.INET6]: IFA_F.NOPREFIXROUTE | IFA_F.MCAUTOJOIN | IFA_F.HOMEADDRESS | IFA_F.MANAGETEMPADDR,
} as const;

/**
 * All but the link-local IPv6 addresses, which each link has of its own (RFC 4291, 2.5.6). In the order
 * in which they have to be added so that a dump tells them as before: the kernel puts a new IPv6 address
 * before the others of its scope (ipv6_link_dev_addr), a new IPv4 one behind them.
 */
export function movableAddresses(addresses: readonly AddressMessage[]): AddressMessage[] {
  const ofFamily = (wanted: number) => addresses.filter(({ family }) => family === wanted);
  const ipv6 = ofFamily(AF.INET6).filter(({ scope }) => scope !== RT_SCOPE.LINK);
  return [...ofFamily(AF.INET), ...ipv6.reverse()];
}

/**
 * The routes that have to be made again when these addresses leave a link: those that use the link,
 * and those elsewhere that speak from one of the addresses, as the kernel drops them (fib_sync_down_addr).
 * Not the ones that come and go with an address. In the order in which they can be made: on the link
 * first, then those through a gateway, which must be reachable by then.
 */
export function dependentRoutes(
  routes: readonly DumpedRoute[],
  addresses: readonly AddressMessage[],
  index: number,
): DumpedRoute[] {
  const families = new Set(addresses.map(({ family }) => family));
  const dependent = routes.filter(({ message }) => {
    if (!families.has(message.family) || !isAskedFor(message)) return false;
    const leans = leadsThrough(message, (one) => one === index) || speaksFrom(message, addresses);
    return leans && !comesWithAddress(message, addresses);
  });
  return [...dependent].sort((one, other) => Number(needsGateway(one)) - Number(needsGateway(other)));
}

/** Whether a route is of those that a host would be asked for, in contrast to what the kernel keeps beside them. */
export function isAskedFor({ type, flags }: RouteMessage): boolean {
  return OWN_KINDS.includes(type) && (flags & RTM_F.CLONED) === 0;
}

export function leadsThrough(route: RouteMessage, isOf: (index: number) => boolean): boolean {
  return (
    (route.index !== undefined && isOf(route.index)) ||
    (route.nextHops ?? []).some(({ index }) => isOf(index))
  );
}

/** Whether a route has one of these addresses as its source: it goes when that goes (fib_sync_down_addr). */
export function speaksFrom(route: RouteMessage, addresses: readonly AddressMessage[]): boolean {
  return addresses.some(({ local, address }) => sameBytes(route.preferredSource, local ?? address));
}

/** Whether a route is to the network that each link has of its own (RFC 4291, 2.5.6). */
export function isLinkLocal({ family, destination = new Uint8Array() }: RouteMessage): boolean {
  const [first, second = 0] = destination;
  return family === AF.INET6 && first === 0xfe && (second & 0xc0) === 0x80;
}

/** Whether the kernel makes this route for an address, or for the link itself, and will again. */
function comesWithAddress(route: RouteMessage, addresses: readonly AddressMessage[]): boolean {
  if (route.protocol !== RTPROT.KERNEL) return false;
  if (isLinkLocal(route)) return true;
  return addresses.some(
    ({ family, prefixLength, address, flags }) =>
      family === route.family &&
      prefixLength === route.destinationLength &&
      (flags & IFA_F.NOPREFIXROUTE) === 0 &&
      address !== undefined &&
      inSameNetwork(address, route.destination, prefixLength),
  );
}

export function needsGateway({ message }: DumpedRoute): boolean {
  return message.gateway !== undefined || message.via !== undefined || message.nextHops !== undefined;
}

/** The request that makes an address again which a dump told, on another link. */
export function addressAgain(
  address: AddressMessage,
  from: { name: string },
  to: { name: string; index: number },
): AddressMessage {
  const { family, label, anycast: _, ...rest } = address;
  const settable = family === AF.INET ? SETTABLE[AF.INET] : SETTABLE[AF.INET6];
  // An address of this host already: no need to look for others that have it (RFC 4862, 5.4), unless that was
  // being done, or has found one.
  const checked = (address.flags & (IFA_F.TENTATIVE | IFA_F.DADFAILED)) === 0;
  const fresh = family === AF.INET6 && checked ? IFA_F.NODAD : address.flags & IFA_F.NODAD;
  return {
    ...rest,
    family,
    index: to.index,
    flags: (address.flags & settable) | fresh,
    label: label === undefined ? undefined : renamedLabel(label, from.name, to.name),
  };
}

/**
 * What an address is to be told once it is there, to be as it was: that it is not to be checked for others that
 * have it stays with an address (`nodad` in ip-address(8)), and was not asked for. `undefined` where nothing is.
 */
export function settledAgain(added: AddressMessage, before: AddressMessage): AddressMessage | undefined {
  if ((added.flags & ~before.flags & IFA_F.NODAD) === 0) return undefined;
  return { ...added, flags: added.flags & ~IFA_F.NODAD };
}

/** The IPv6 address that is this one on another link already, in whichever network: the kernel has each once a link. */
export function sameIpv6Address(
  address: AddressMessage,
  others: readonly AddressMessage[],
): AddressMessage | undefined {
  const isSame = (other: AddressMessage): boolean =>
    other.family === AF.INET6 && sameBytes(other.local ?? other.address, address.local ?? address.address);
  return address.family === AF.INET6 ? others.find(isSame) : undefined;
}

/** A label starts with the name of its link (ip-address(8)); `undefined` lets the kernel fill in the name. */
function renamedLabel(label: string, from: string, to: string): string | undefined {
  const renamed = label.startsWith(`${from}:`) ? `${to}${label.slice(from.length)}` : label;
  return label === from || renamed.length > 15 ? undefined : renamed;
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}

/** The network to which the kernel makes a route for an address: `192.0.2.0/24`. */
export function networkOf({ address, local, prefixLength }: AddressMessage): string | undefined {
  const bytes = address ?? local;
  if (bytes === undefined) return undefined;
  const network = bytes.map((byte, position) => byte & maskByte(prefixLength, position));
  return `${ipFromBytes(network)}/${prefixLength}`;
}

/** One byte of the mask of a prefix length. */
function maskByte(prefixLength: number, position: number): number {
  const bits = Math.min(8, Math.max(0, prefixLength - position * 8));
  return (0xff << (8 - bits)) & 0xff;
}

function inSameNetwork(one: Uint8Array, other: Uint8Array | undefined, prefixLength: number): boolean {
  if (other === undefined) return prefixLength === 0;
  return one.every((byte, position) => {
    const mask = maskByte(prefixLength, position);
    return (byte & mask) === ((other[position] ?? 0) & mask);
  });
}
