import { IFLA } from './constants/index.js';
import { BYTES, decodeFields, type FieldValues, I32, listOf, TEXT, U8, U32, writeFields } from './fields.js';
import { LINK_INFO } from './link-info.js';
import { LINK_COUNTERS } from './link-statistics.js';
import { readI32At, readU8, readU16At, readU32At } from './scalar.js';
import { VIRTUAL_FUNCTIONS } from './virtual-function.js';
import { encode, type Writer } from './writer.js';

/** The size of struct ifinfomsg (linux/rtnetlink.h). */
export const LINK_HEADER_SIZE = 16;

const FIELDS = {
  name: [IFLA.IFNAME, TEXT],
  mtu: [IFLA.MTU, U32],
  address: [IFLA.ADDRESS, BYTES],
  /** The index of the link below, or of the other end of a pair. */
  link: [IFLA.LINK, U32],
  /** The namespace that `link` counts in, where it is another. */
  linkNamespaceId: [IFLA.LINK_NETNSID, I32],
  /** The index of the bridge; 0 for none. */
  master: [IFLA.MASTER, U32],
  /** IF_OPER_* of linux/if.h. */
  operState: [IFLA.OPERSTATE, U8],
  group: [IFLA.GROUP, U32],
  alias: [IFLA.IFALIAS, TEXT],
  /** Other names: all that it has, or those that a request is about. */
  altNames: [IFLA.PROP_LIST, listOf(IFLA.ALT_IFNAME, TEXT)],
  /** In a request: the other name of the link that it is about. */
  altName: [IFLA.ALT_IFNAME, TEXT],
  info: [IFLA.LINKINFO, LINK_INFO],
  counters: [IFLA.STATS64, LINK_COUNTERS],
  /** Told when RTEXT_FILTER_VF asks for it. */
  virtualFunctions: [IFLA.VFINFO_LIST, VIRTUAL_FUNCTIONS],
  /** Where the link is to go. */
  namespacePid: [IFLA.NET_NS_PID, U32],
  namespaceFd: [IFLA.NET_NS_FD, I32],
  /** Where it went, in the message that tells of its end here. */
  newNamespaceId: [IFLA.NEW_NETNSID, I32],
  newIndex: [IFLA.NEW_IFINDEX, I32],
  /** RTEXT_FILTER_*, in a request. */
  extendedMask: [IFLA.EXT_MASK, U32],
} as const;

/** A link as rtnetlink tells it (RTM_NEWLINK, RTM_DELLINK) or is asked for it. */
export interface LinkMessage extends FieldValues<typeof FIELDS> {
  /** AF_UNSPEC; AF_BRIDGE in messages about the ports of a bridge. */
  family?: number | undefined;
  /** ARPHRD_* of linux/if_arp.h. */
  hardwareType?: number | undefined;
  index?: number | undefined;
  /** IFF_*. */
  flags?: number | undefined;
  /** Which of `flags` a request is about. */
  change?: number | undefined;
}

/** Writes what a link message begins with (struct ifinfomsg). */
export function writeLinkHeader(link: LinkMessage, to: Writer): void {
  to.u8(link.family ?? 0);
  to.u8(0);
  to.u16(link.hardwareType ?? 0);
  to.u32(link.index ?? 0);
  to.u32(link.flags ?? 0);
  to.u32(link.change ?? 0);
}

/** The payload of a link message. */
export function encodeLink(link: LinkMessage): Uint8Array {
  return encode((to) => {
    writeLinkHeader(link, to);
    writeFields(FIELDS, link, to);
  });
}

/** @throws NetlinkDecodeError */
export function decodeLink(payload: Uint8Array): LinkMessage {
  const what = 'link';
  return decodeFields(FIELDS, payload.subarray(LINK_HEADER_SIZE), what, {
    family: readU8(payload, what),
    hardwareType: readU16At(payload, 2, what),
    index: readI32At(payload, 4, what),
    flags: readU32At(payload, 8, what),
    change: readU32At(payload, 12, what),
  });
}

const IDENTITY_FIELDS = { name: FIELDS.name, group: FIELDS.group } as const;

/** Which link it is, and nothing else of it: a host has many, and most readers of all want no more. */
export type LinkIdentity = Pick<LinkMessage, 'index' | 'name' | 'group'>;

/** @throws NetlinkDecodeError */
export function decodeLinkIdentity(payload: Uint8Array): LinkIdentity {
  const what = 'link';
  return decodeFields(IDENTITY_FIELDS, payload.subarray(LINK_HEADER_SIZE), what, {
    index: readI32At(payload, 4, what),
  });
}
