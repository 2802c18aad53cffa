import { concat, encode, NLA_F_NESTED, VIEW } from '../src/netlink/index.js';

// Parts of messages, each as an array of its own, for tests that put together what the kernel would send.

export const u16 = (value: number): Uint8Array => encode((to) => to.u16(value));
export const u32 = (value: number): Uint8Array => encode((to) => to.u32(value));
export const text = (value: string): Uint8Array => encode((to) => to.text(value));

/** One attribute with its padding. */
export function attribute(type: number, value: Uint8Array): Uint8Array {
  return encode((to) => to.attribute(type, value, VIEW.write));
}

/** An attribute that holds attributes. */
export function nested(type: number, inner: readonly Uint8Array[]): Uint8Array {
  return attribute(type | NLA_F_NESTED, concat(inner));
}
