import { NetlinkDecodeError } from './decode-error.js';
import { concat, readU16, readU32, u16, u32 } from './scalar.js';

/** The size of struct nlmsghdr (linux/netlink.h). */
export const MESSAGE_HEADER_SIZE = 16;

const SEQUENCE_OFFSET = 8;

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

/** Rounds a length up to the four bytes that messages and attributes start at. */
export function align(length: number): number {
  return (length + 3) & ~3;
}

/** One message, padded so that another may follow. */
export function encodeMessage(
  header: Partial<MessageHeader> & { type: number },
  payload: Uint8Array,
): Uint8Array {
  const length = MESSAGE_HEADER_SIZE + payload.length;
  return concat([
    u32(length),
    u16(header.type),
    u16(header.flags ?? 0),
    u32(header.sequence ?? 0),
    u32(header.port ?? 0),
    payload,
    new Uint8Array(align(length) - length),
  ]);
}

/**
 * Splits what one read gave into its messages. Their payloads are views of `datagram`.
 *
 * @throws NetlinkDecodeError when a length is smaller than a header or points past the end
 */
export function splitMessages(datagram: Uint8Array): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  for (let offset = 0; offset < datagram.length; ) {
    const { length, header } = decodeHeader(datagram.subarray(offset));
    messages.push({ ...header, payload: datagram.subarray(offset + MESSAGE_HEADER_SIZE, offset + length) });
    offset += align(length);
  }
  return messages;
}

function decodeHeader(bytes: Uint8Array): { length: number; header: MessageHeader } {
  const what = 'message header';
  const length = readU32(bytes, what);
  if (length < MESSAGE_HEADER_SIZE || length > bytes.length) {
    throw new NetlinkDecodeError(what, `a message of ${length} bytes where ${bytes.length} are left`);
  }
  return {
    length,
    header: {
      type: readU16(bytes.subarray(4), what),
      flags: readU16(bytes.subarray(6), what),
      sequence: readU32(bytes.subarray(SEQUENCE_OFFSET), what),
      port: readU32(bytes.subarray(12), what),
    },
  };
}

/** Sets the sequence number of an encoded message, in place. */
export function setSequence(message: Uint8Array, sequence: number): void {
  message.set(u32(sequence), SEQUENCE_OFFSET);
}
