import { NetlinkDecodeError } from './decode-error.js';

/** Netlink speaks the byte order of the host, except where an attribute says otherwise (netlink(7)). */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const textDecoder = new TextDecoder();
const textEncoder = new TextEncoder();

/** Turns the bytes of an attribute into its value; `what` names it in the error. */
export type Reader<T> = (bytes: Uint8Array, what: string) => T;

function view(bytes: Uint8Array, size: number, what: string): DataView {
  if (bytes.length < size) {
    throw new NetlinkDecodeError(what, `${size} bytes are needed, ${bytes.length} are there`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const readU8: Reader<number> = (bytes, what) => view(bytes, 1, what).getUint8(0);
export const readU16: Reader<number> = (bytes, what) => view(bytes, 2, what).getUint16(0, LITTLE_ENDIAN);
export const readU32: Reader<number> = (bytes, what) => view(bytes, 4, what).getUint32(0, LITTLE_ENDIAN);
export const readI32: Reader<number> = (bytes, what) => view(bytes, 4, what).getInt32(0, LITTLE_ENDIAN);
export const readU64: Reader<bigint> = (bytes, what) => view(bytes, 8, what).getBigUint64(0, LITTLE_ENDIAN);
/** 16 bits in network order. */
export const readBe16: Reader<number> = (bytes, what) => view(bytes, 2, what).getUint16(0, false);
/** A byte that is zero or not. */
export const readFlag: Reader<boolean> = (bytes, what) => readU8(bytes, what) !== 0;
/** A copy: what was received lies in a buffer that is used again. */
export const readBytes: Reader<Uint8Array> = (bytes) => new Uint8Array(bytes);

/** A text that ends at the first NUL, or where the attribute ends. */
export const readText: Reader<string> = (bytes) => {
  const end = bytes.indexOf(0);
  return textDecoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
};

function written(size: number, write: (target: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
}

export const u8 = (value: number): Uint8Array => Uint8Array.of(value);
export const u16 = (value: number): Uint8Array =>
  written(2, (target) => target.setUint16(0, value, LITTLE_ENDIAN));
export const u32 = (value: number): Uint8Array =>
  written(4, (target) => target.setUint32(0, value, LITTLE_ENDIAN));
export const i32 = (value: number): Uint8Array =>
  written(4, (target) => target.setInt32(0, value, LITTLE_ENDIAN));
export const u64 = (value: bigint): Uint8Array =>
  written(8, (target) => target.setBigUint64(0, value, LITTLE_ENDIAN));
export const be16 = (value: number): Uint8Array => written(2, (target) => target.setUint16(0, value, false));
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
