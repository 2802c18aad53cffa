import {
  type Address,
  type AddressScope,
  type Cidr,
  cidrAddress,
  hasBroadcast,
  type InterfaceName,
  type IpFamily,
  ipFamily,
  ipFromBytes,
  ipToBytes,
  lastAddress,
  type ParsedAddressSpec,
  prefixLength,
  withoutAbsent,
} from 'netdev-core';
import { type AddressMessage, AF, IFA_F, LIFETIME_FOREVER, RT_SCOPE } from '../netlink/index.js';

const scopes: Readonly<Record<AddressScope, number>> = {
  global: RT_SCOPE.UNIVERSE,
  site: RT_SCOPE.SITE,
  link: RT_SCOPE.LINK,
  host: RT_SCOPE.HOST,
};

export function addressFamily(family: IpFamily): number {
  return family === 'ipv4' ? AF.INET : AF.INET6;
}

/** An address as the contract shows it; `undefined` for a family that is not IP. */
export function addressFromMessage(message: AddressMessage, link: string): Address | undefined {
  const own = message.local ?? message.address;
  if (own === undefined || (message.family !== AF.INET && message.family !== AF.INET6)) return undefined;
  const ipv6 = message.family === AF.INET6;
  const { preferred, valid } = message.cacheInfo ?? {};
  const seconds = (value: number | undefined): number | undefined =>
    value === LIFETIME_FOREVER ? undefined : value;
  const has = (flag: number): boolean => (message.flags & flag) !== 0;
  const peer =
    message.address !== undefined && !sameBytes(message.address, own) ? message.address : undefined;
  return withoutAbsent<Address>({
    link: link as InterfaceName,
    cidr: `${ipFromBytes(own)}/${message.prefixLength}` as Cidr,
    scope: scopeName(message.scope),
    broadcast: message.broadcast === undefined ? undefined : ipFromBytes(message.broadcast),
    peer: peer === undefined ? undefined : ipFromBytes(peer),
    label: message.label,
    // The bit means "temporary" (RFC 8981) on an IPv6 address.
    secondary: !ipv6 && has(IFA_F.SECONDARY),
    dynamic: !has(IFA_F.PERMANENT),
    tentative: has(IFA_F.TENTATIVE),
    noPrefixRoute: has(IFA_F.NOPREFIXROUTE) ? true : undefined,
    validLifetime: seconds(valid),
    preferredLifetime: seconds(preferred),
  });
}

/** The request for an address, the broadcast address filled in as iproute2's `brd +` does. */
export function addressToMessage(spec: ParsedAddressSpec, index: number): AddressMessage {
  const own = ipToBytes(cidrAddress(spec.cidr));
  const broadcast = wantedBroadcast(spec);
  const timed = spec.validLifetime !== undefined || spec.preferredLifetime !== undefined;
  const valid = spec.validLifetime ?? LIFETIME_FOREVER;
  return {
    family: addressFamily(ipFamily(spec.cidr)),
    prefixLength: prefixLength(spec.cidr),
    flags:
      (spec.skipDuplicateDetection === true ? IFA_F.NODAD : 0) |
      (spec.noPrefixRoute === true ? IFA_F.NOPREFIXROUTE : 0),
    scope: scopes[wantedScope(spec)],
    index,
    local: own,
    address: spec.peer === undefined ? own : ipToBytes(spec.peer),
    broadcast: broadcast === undefined ? undefined : ipToBytes(broadcast),
    label: spec.label,
    cacheInfo: timed
      ? { valid, preferred: spec.preferredLifetime ?? valid, created: 0, updated: 0 }
      : undefined,
  };
}

/**
 * Whether an address that is there has what a specification asks for, lifetimes aside. What is left
 * out is as it is. Scope, broadcast address and label can be chosen in IPv4 only.
 */
export function hasProperties(present: Address, spec: ParsedAddressSpec): boolean {
  return (
    (spec.peer === undefined || present.peer === spec.peer) &&
    (spec.noPrefixRoute === undefined || (present.noPrefixRoute ?? false) === spec.noPrefixRoute) &&
    (ipFamily(spec.cidr) === 'ipv6' ||
      ((spec.broadcast === undefined || present.broadcast === (spec.broadcast ?? undefined)) &&
        (spec.scope === undefined || present.scope === spec.scope) &&
        (spec.label === undefined || present.label === spec.label)))
  );
}

/** What an address that is there is to become: as it is, but for what the specification gives. */
export function withProperties(present: AddressMessage, spec: ParsedAddressSpec): AddressMessage {
  const wanted = addressToMessage(spec, present.index);
  return {
    ...present,
    scope: spec.scope === undefined ? present.scope : wanted.scope,
    broadcast: spec.broadcast === undefined ? present.broadcast : wanted.broadcast,
    label: spec.label ?? present.label,
    local: wanted.local,
    address: spec.peer === undefined ? present.address : wanted.address,
    flags:
      spec.noPrefixRoute === undefined
        ? present.flags
        : (present.flags & ~IFA_F.NOPREFIXROUTE) | (wanted.flags & IFA_F.NOPREFIXROUTE),
    cacheInfo: wanted.cacheInfo,
  };
}

/** Whether the lifetimes are as asked for: both without end, or to be counted anew from now. */
export function hasLifetimes(present: Address, spec: ParsedAddressSpec): boolean {
  return (
    spec.validLifetime === undefined &&
    spec.preferredLifetime === undefined &&
    present.validLifetime === undefined &&
    present.preferredLifetime === undefined
  );
}

function wantedBroadcast({ cidr, broadcast, peer }: ParsedAddressSpec) {
  return broadcast === undefined
    ? hasBroadcast(cidr) && peer === undefined
      ? lastAddress(cidr)
      : undefined
    : (broadcast ?? undefined);
}

/** As ip-address(8): host for loopback addresses, link for the link-local ones, else global. */
function wantedScope({ cidr, scope }: ParsedAddressSpec): AddressScope {
  if (scope !== undefined) return scope;
  if (cidr.startsWith('127.')) return 'host';
  return 'global';
}

function scopeName(scope: number): AddressScope {
  return (Object.keys(scopes) as AddressScope[]).find((name) => scopes[name] === scope) ?? 'global';
}

/** Whether two messages are about one address of a link (inet_rtm_deladdr of net/ipv4/devinet.c). */
export function isSameAddress(one: AddressMessage, other: AddressMessage): boolean {
  const own = ({ local, address }: AddressMessage): Uint8Array => local ?? address ?? new Uint8Array(0);
  return one.prefixLength === other.prefixLength && sameBytes(own(one), own(other));
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
