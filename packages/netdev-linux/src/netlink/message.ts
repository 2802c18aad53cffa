import { align } from './align.js';
import { NetlinkDecodeError } from './decode-error.js';
import { putU32, readU16At, readU32At } from './scalar.js';
import { encode } from './writer.js';

/** The size of struct nlmsghdr (linux/netlink.h). */
export const MESSAGE_HEADER_SIZE = 16;

const SEQUENCE_OFFSET = 8;

/** In errors. */
const WHAT = 'message header';

/** What precedes every message (struct nlmsghdr), less its length. */
export interface MessageHeader {
  /** RTM_*, or one of NLMSG for all families. */
  type: number;
  /** NLM_F_*. */
  flags: number;
  /** Chosen by who asks, repeated in the answer. */
  sequence: number;
  /** The address of the asking socket; 0 is the kernel. */
  port: number;
}

export interface NetlinkMessage extends MessageHeader {
  payload: Uint8Array;
}

/** One message, padded so that another may follow. */
export function encodeMessage(
  header: Partial<MessageHeader> & { type: number },
  payload: Uint8Array,
): Uint8Array {
  const length = MESSAGE_HEADER_SIZE + payload.length;
  return encode((to) => {
    to.u32(length);
    to.u16(header.type);
    to.u16(header.flags ?? 0);
    to.u32(header.sequence ?? 0);
    to.u32(header.port ?? 0);
    to.bytes(payload);
    to.zeros(align(length) - length);
  });
}

/**
 * Splits what one read gave into its messages. Their payloads are views of `datagram`.
 *
 * @throws NetlinkDecodeError when a length is smaller than a header or points past the end
 */
export function splitMessages(datagram: Uint8Array): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  for (let offset = 0; offset < datagram.length; ) {
    const length = lengthAt(datagram, offset);
    messages.push({
      type: readU16At(datagram, offset + 4, WHAT),
      flags: readU16At(datagram, offset + 6, WHAT),
      sequence: readU32At(datagram, offset + SEQUENCE_OFFSET, WHAT),
      port: readU32At(datagram, offset + 12, WHAT),
      payload: datagram.subarray(offset + MESSAGE_HEADER_SIZE, offset + length),
    });
    offset += align(length);
  }
  return messages;
}

/** The length of the message at a place, header included. */
function lengthAt(datagram: Uint8Array, offset: number): number {
  const length = readU32At(datagram, offset, WHAT);
  const left = datagram.length - offset;
  if (length < MESSAGE_HEADER_SIZE || length > left) {
    throw new NetlinkDecodeError(WHAT, `a message of ${length} bytes where ${left} are left`);
  }
  return length;
}

/** Sets the sequence number of an encoded message, in place. */
export function setSequence(message: Uint8Array, sequence: number): void {
  putU32(message, SEQUENCE_OFFSET, sequence);
}
