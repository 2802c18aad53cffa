import { align } from './align.js';
import { NetlinkDecodeError } from './decode-error.js';
import { readU16At } from './scalar.js';
import { ATTRIBUTE_HEADER_SIZE } from './writer.js';

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
