import { TEXT, U16 } from '../src/netlink/fields.js';
import { concat, encode, NLA_F_NESTED, U32, VIEW } from '../src/netlink/index.js';

// Parts of messages, each as an array of its own, for tests that put together what the kernel would send.

export const u16 = (value: number): Uint8Array => encode(value, U16.write);
export const u32 = (value: number): Uint8Array => encode(value, U32.write);
export const text = (value: string): Uint8Array => encode(value, TEXT.write);

/** One attribute with its padding. */
export function attribute(type: number, value: Uint8Array): Uint8Array {
  return encode(value, (bytes, to) => to.attribute(type, bytes, VIEW.write));
}

/** An attribute that holds attributes. */
export function nested(type: number, inner: readonly Uint8Array[]): Uint8Array {
  return attribute(type | NLA_F_NESTED, concat(inner));
}
