import { NetlinkDecodeError } from './decode-error.js';

/** Netlink speaks the byte order of the host, except where an attribute says otherwise (netlink(7)). */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const textDecoder = new TextDecoder();
const textEncoder = new TextEncoder();

/** Turns the bytes of an attribute into its value; `what` names it in the error. */
export type Reader<T> = (bytes: Uint8Array, what: string) => T;

/** The byte at a place, where there have to be `size`. */
function byteOf(bytes: Uint8Array, place: number, size: number, what: string): number {
  const byte = bytes[place];
  if (byte === undefined) {
    throw new NetlinkDecodeError(what, `${size} bytes are needed, ${bytes.length} are there`);
  }
  return byte;
}

// From bytes: a DataView for each of the thousand numbers of a listing costs more than everything else in it.
export const readU8: Reader<number> = (bytes, what) => byteOf(bytes, 0, 1, what);
/** 16 bits in network order. */
export const readBe16: Reader<number> = (bytes, what) => {
  const last = byteOf(bytes, 1, 2, what);
  return (byteOf(bytes, 0, 2, what) << 8) | last;
};
export const readU16: Reader<number> = (bytes, what) => readU16At(bytes, 0, what);

/** The same at a place of many. */
export function readU16At(bytes: Uint8Array, offset: number, what: string): number {
  const [first, second] = [bytes[offset], bytes[offset + 1]];
  if (first === undefined || second === undefined) {
    throw new NetlinkDecodeError(what, `2 bytes are needed, ${Math.max(0, bytes.length - offset)} are there`);
  }
  return LITTLE_ENDIAN ? (second << 8) | first : (first << 8) | second;
}

export const readI32: Reader<number> = (bytes, what) => {
  const d = byteOf(bytes, 3, 4, what);
  const [a, b, c] = [byteOf(bytes, 0, 4, what), byteOf(bytes, 1, 4, what), byteOf(bytes, 2, 4, what)];
  return LITTLE_ENDIAN ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d;
};
export const readU32: Reader<number> = (bytes, what) => readI32(bytes, what) >>> 0;
export const readU64: Reader<bigint> = (bytes, what) => {
  byteOf(bytes, 7, 8, what);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, LITTLE_ENDIAN);
};

/** A byte that is zero or not. */
export const readFlag: Reader<boolean> = (bytes, what) => readU8(bytes, what) !== 0;
/** A copy: what was received lies in a buffer that is used again. */
export const readBytes: Reader<Uint8Array> = (bytes) => new Uint8Array(bytes);

/** A text that ends at the first NUL, or where the attribute ends. */
export const readText: Reader<string> = (bytes) => {
  const end = bytes.indexOf(0);
  return textDecoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
};

export const u8 = (value: number): Uint8Array => Uint8Array.of(value);
export const u16 = (value: number): Uint8Array =>
  LITTLE_ENDIAN ? Uint8Array.of(value, value >> 8) : be16(value);
export const u32 = (value: number): Uint8Array =>
  LITTLE_ENDIAN
    ? Uint8Array.of(value, value >> 8, value >> 16, value >> 24)
    : Uint8Array.of(value >> 24, value >> 16, value >> 8, value);
export const i32 = (value: number): Uint8Array => u32(value);
export const u64 = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, LITTLE_ENDIAN);
  return bytes;
};
export const be16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);
export const flag = (value: boolean): Uint8Array => u8(value ? 1 : 0);

/** A text with the NUL that the kernel expects at its end. */
export function text(value: string): Uint8Array {
  const bytes = textEncoder.encode(value);
  const terminated = new Uint8Array(bytes.length + 1);
  terminated.set(bytes);
  return terminated;
}

/** Joins parts into one array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
