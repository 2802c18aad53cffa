import { NetlinkDecodeError } from './decode-error.js';
import { align } from './message.js';
import { concat, putU16, readU16At } from './scalar.js';

/** The size of struct nlattr (linux/netlink.h). */
export const ATTRIBUTE_HEADER_SIZE = 4;

/** The longest attribute that its 16-bit length can tell. */
const ATTRIBUTE_MAX = 0xffff;

/** Set in the type of an attribute that holds attributes. The bit below it marks network order. */
export const NLA_F_NESTED = 0x8000;

/** What is left of a type without these two bits. */
const NLA_TYPE_MASK = 0x3fff;

export interface Attribute {
  /** The type without its flags. */
  type: number;
  /** Where its header starts, counted from the start of the bytes that were read. */
  offset: number;
  /** A view, not a copy. */
  value: Uint8Array;
}

/**
 * Visits the attributes of one level in their order, each with where its header starts and where it ends.
 *
 * @throws NetlinkDecodeError when a length is smaller than a header or points past the end
 */
export function visitAttributes(
  bytes: Uint8Array,
  what: string,
  visit: (type: number, start: number, end: number) => void,
): void {
  for (let offset = 0; offset < bytes.length; ) {
    const length = readU16At(bytes, offset, what);
    const left = bytes.length - offset;
    if (length < ATTRIBUTE_HEADER_SIZE || length > left) {
      throw new NetlinkDecodeError(what, `an attribute of ${length} bytes where ${left} are left`);
    }
    visit(readU16At(bytes, offset + 2, what) & NLA_TYPE_MASK, offset, offset + length);
    offset += align(length);
  }
}

/** The attributes of one level in their order. @throws NetlinkDecodeError like {@link visitAttributes} */
export function listAttributes(bytes: Uint8Array, what: string): Attribute[] {
  const attributes: Attribute[] = [];
  visitAttributes(bytes, what, (type, offset, end) =>
    attributes.push({ type, offset, value: bytes.subarray(offset + ATTRIBUTE_HEADER_SIZE, end) }),
  );
  return attributes;
}

/** One attribute with its padding. @throws RangeError for a value that no attribute can hold */
export function attribute(type: number, value: Uint8Array): Uint8Array {
  const length = ATTRIBUTE_HEADER_SIZE + value.length;
  if (length > ATTRIBUTE_MAX) throw new RangeError(`an attribute holds at most ${ATTRIBUTE_MAX} bytes`);
  const bytes = new Uint8Array(align(length));
  putU16(bytes, 0, length);
  putU16(bytes, 2, type);
  bytes.set(value, ATTRIBUTE_HEADER_SIZE);
  return bytes;
}

/** An attribute that holds attributes. */
export function nested(type: number, inner: readonly Uint8Array[]): Uint8Array {
  return attribute(type | NLA_F_NESTED, concat(inner));
}
