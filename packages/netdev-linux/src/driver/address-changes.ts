import { ipFamily, type ParsedAddressSpec } from 'netdev-core';
import { type AddressMessage, encodeAddress, encodeMessage, NLM_F, RTM } from '../netlink/index.js';
import {
  addressFromMessage,
  addressToMessage,
  hasLifetimes,
  hasProperties,
  withProperties,
} from './address-codec.js';
import type { Change } from './change.js';

/** What makes an address as it is asked for. `rewrite`: it has to go first, and what leans on it with it. */
export type AddressChange = 'right' | 'rewrite' | (Change & { message: AddressMessage });

/** What has to be done so that a link has an address, by how it has it now, if at all. */
export function addressAddition(
  spec: ParsedAddressSpec,
  index: number,
  present: AddressMessage | undefined,
): AddressChange {
  const shown = present === undefined ? undefined : addressFromMessage(present, spec.link);
  if (present === undefined || shown === undefined) return addition(spec, addressToMessage(spec, index));
  const isRight = hasProperties(shown, spec);
  if (isRight && hasLifetimes(shown, spec)) return 'right';
  // The kernel replaces lifetimes in place, and of an IPv4 address nothing else.
  if (!isRight && ipFamily(spec.cidr) === 'ipv4') return 'rewrite';
  return addition(spec, withProperties(present, spec));
}

function addition(spec: ParsedAddressSpec, message: AddressMessage): Change & { message: AddressMessage } {
  const flags = NLM_F.REQUEST | NLM_F.ACK | NLM_F.CREATE | NLM_F.REPLACE;
  return {
    attempt: { operation: 'add address', object: `${spec.cidr} to ${spec.link}` },
    request: encodeMessage({ type: RTM.NEWADDR, flags }, encodeAddress(message)),
    accept: [],
    told: { do: 'add-address', spec },
    message,
  };
}

/** Takes an address that is there from its link. */
export function addressRemoval({ link, cidr }: ParsedAddressSpec, present: AddressMessage): Change {
  return {
    attempt: { operation: 'delete address', object: `${cidr} from ${link}` },
    request: deleteAddress(present),
    // It went by itself meanwhile (devinet.c, addrconf.c).
    accept: ['EADDRNOTAVAIL'],
    told: { do: 'delete-address', link, cidr },
  };
}

/** By what makes it one address of its link, and no more (inet_rtm_deladdr, inet6_rtm_deladdr). */
export function deleteAddress({ family, prefixLength, local, address, index }: AddressMessage): Uint8Array {
  const named = { family, prefixLength, local, address, index, flags: 0, scope: 0 };
  return encodeMessage({ type: RTM.DELADDR, flags: NLM_F.REQUEST | NLM_F.ACK }, encodeAddress(named));
}
