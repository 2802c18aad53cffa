import { align } from './align.js';
import { NLM_F, NLMSG, NLMSGERR_ATTR } from './constants/index.js';
import { NetlinkDecodeError } from './decode-error.js';
import { decodeFields, TEXT, U32 } from './fields.js';
import { MESSAGE_HEADER_SIZE, type NetlinkMessage } from './message.js';
import { readI32, readU32 } from './scalar.js';

/** What a kernel adds to an error when NETLINK_EXT_ACK is set (enum nlmsgerr_attrs of linux/netlink.h). */
export interface ExtendedAcknowledgement {
  /** Why, in the kernel's words. */
  message?: string | undefined;
  /** Where in the request the attribute starts that was not right, counted from its header. */
  offset?: number | undefined;
  /** The attribute that was expected and not there. */
  missingType?: number | undefined;
  /** Where in the request the nest starts in which it was expected. */
  missingNest?: number | undefined;
}

/** The kernel's answer to a request, or the end of a dump. */
export interface Acknowledgement {
  /** A positive error number; 0 says that it was done. */
  errno: number;
  extended: ExtendedAcknowledgement;
}

const FIELDS = {
  message: [NLMSGERR_ATTR.MSG, TEXT],
  offset: [NLMSGERR_ATTR.OFFS, U32],
  missingType: [NLMSGERR_ATTR.MISS_TYPE, U32],
  missingNest: [NLMSGERR_ATTR.MISS_NEST, U32],
} as const;

/**
 * Reads NLMSG_ERROR (struct nlmsgerr: an error number and the header of the request, then the rest
 * of the request unless NLM_F_CAPPED, then attributes if NLM_F_ACK_TLVS) or NLMSG_DONE (an error
 * number, then the attributes).
 *
 * @throws NetlinkDecodeError
 */
export function decodeAcknowledgement(message: NetlinkMessage): Acknowledgement {
  const what = message.type === NLMSG.DONE ? 'end of dump' : 'acknowledgement';
  // Kernels before 2.6.19 end a dump with nothing at all behind the header.
  if (message.type === NLMSG.DONE && message.payload.length < 4) return { errno: 0, extended: {} };
  const errno = Math.abs(readI32(message.payload, what));
  const start = message.type === NLMSG.DONE ? 4 : 4 + echoedLength(message, errno, what);
  if ((message.flags & NLM_F.ACK_TLVS) === 0) return { errno, extended: {} };
  return { errno, extended: decodeFields(FIELDS, message.payload.subarray(start), what) };
}

/** How much of the request is repeated in its acknowledgement (netlink_ack of net/netlink/af_netlink.c). */
function echoedLength(message: NetlinkMessage, errno: number, what: string): number {
  const echoed = message.payload.subarray(4);
  const length = readU32(echoed, what);
  if (errno === 0 || (message.flags & NLM_F.CAPPED) !== 0) return MESSAGE_HEADER_SIZE;
  if (length > echoed.length) {
    throw new NetlinkDecodeError(what, `a request of ${length} bytes where ${echoed.length} are left`);
  }
  return align(length);
}
