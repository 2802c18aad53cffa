import { IFA } from './constants/index.js';
import { BYTES, decodeFields, type FieldValues, structOf32, TEXT, U8, U32, writeFields } from './fields.js';
import { assertRoom, u8At, u32At } from './scalar.js';
import { encode } from './writer.js';

/** The size of struct ifaddrmsg (linux/if_addr.h). */
export const ADDRESS_HEADER_SIZE = 8;

/** A lifetime that does not end (INFINITY_LIFE_TIME of the kernel). */
export const LIFETIME_FOREVER = 0xffffffff;

const FIELDS = {
  /** The other side of a point-to-point link; else the address itself. */
  address: [IFA.ADDRESS, BYTES],
  /** IPv4: the device's own address. */
  local: [IFA.LOCAL, BYTES],
  broadcast: [IFA.BROADCAST, BYTES],
  anycast: [IFA.ANYCAST, BYTES],
  label: [IFA.LABEL, TEXT],
  /** Lifetimes in seconds, times in hundredths of a second since boot (struct ifa_cacheinfo). */
  cacheInfo: [IFA.CACHEINFO, structOf32(['preferred', 'valid', 'created', 'updated'])],
  /** All flags, of which the header holds eight. */
  flags: [IFA.FLAGS, U32],
  /** The metric of the network's route. */
  routePriority: [IFA.RT_PRIORITY, U32],
  /** Who made the address: IFAPROT_*. */
  protocol: [IFA.PROTO, U8],
} as const;

/** An address as rtnetlink tells it (RTM_NEWADDR, RTM_DELADDR) or is asked for it. */
export interface AddressMessage extends Omit<FieldValues<typeof FIELDS>, 'flags'> {
  family: number;
  prefixLength: number;
  /** IFA_F_*, all of them. */
  flags: number;
  /** RT_SCOPE_*. */
  scope: number;
  /** The index of the link. */
  index: number;
}

/** The payload of an address message. */
export function encodeAddress(message: AddressMessage): Uint8Array {
  const fields = message.flags === 0 ? { ...message, flags: undefined } : message;
  return encode((to) => {
    to.u8(message.family);
    to.u8(message.prefixLength);
    to.u8(message.flags);
    to.u8(message.scope);
    to.u32(message.index);
    writeFields(FIELDS, fields, to);
  });
}

/** @throws NetlinkDecodeError */
export function decodeAddress(payload: Uint8Array): AddressMessage {
  const what = 'address';
  assertRoom(payload, 0, ADDRESS_HEADER_SIZE, what);
  return decodeFields(FIELDS, payload.subarray(ADDRESS_HEADER_SIZE), what, {
    family: u8At(payload, 0),
    prefixLength: u8At(payload, 1),
    flags: u8At(payload, 2),
    scope: u8At(payload, 3),
    index: u32At(payload, 4),
  });
}
