import { NetlinkDecodeError } from './decode-error.js';

/** Netlink speaks the byte order of the host, except where an attribute says otherwise (netlink(7)). */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const textDecoder = new TextDecoder();

/** Turns the bytes of an attribute into its value; `what` names it in the error. */
export type Reader<T> = (bytes: Uint8Array, what: string) => T;

/** @throws NetlinkDecodeError when there are not so many bytes at a place */
export function assertRoom(bytes: Uint8Array, offset: number, size: number, what: string): void {
  if (bytes.length >= offset + size) return;
  throw new NetlinkDecodeError(
    what,
    `${size} bytes are needed, ${Math.max(0, bytes.length - offset)} are there`,
  );
}

// Numbers where they lie, for who has made sure that they are there. From bytes: a DataView for each costs more.
export const u8At = (bytes: Uint8Array, offset: number): number => bytes[offset] as number;
/** In network order. */
export const be16At = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
export const be32At = (bytes: Uint8Array, offset: number): number =>
  ((be16At(bytes, offset) << 16) | be16At(bytes, offset + 2)) >>> 0;
const le16At = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset + 1] as number) << 8) | (bytes[offset] as number);
export const u16At = LITTLE_ENDIAN ? le16At : be16At;
export const i32At = (bytes: Uint8Array, offset: number): number =>
  LITTLE_ENDIAN
    ? (u16At(bytes, offset + 2) << 16) | u16At(bytes, offset)
    : (u16At(bytes, offset) << 16) | u16At(bytes, offset + 2);
export const u32At = (bytes: Uint8Array, offset: number): number => i32At(bytes, offset) >>> 0;

export const readU8: Reader<number> = (bytes, what) => readU8At(bytes, 0, what);
export const readU16: Reader<number> = (bytes, what) => readU16At(bytes, 0, what);
export const readI32: Reader<number> = (bytes, what) => readI32At(bytes, 0, what);
export const readU32: Reader<number> = (bytes, what) => readU32At(bytes, 0, what);

function readU8At(bytes: Uint8Array, offset: number, what: string): number {
  assertRoom(bytes, offset, 1, what);
  return u8At(bytes, offset);
}

export function readU16At(bytes: Uint8Array, offset: number, what: string): number {
  assertRoom(bytes, offset, 2, what);
  return u16At(bytes, offset);
}

export function readI32At(bytes: Uint8Array, offset: number, what: string): number {
  assertRoom(bytes, offset, 4, what);
  return i32At(bytes, offset);
}

export function readU32At(bytes: Uint8Array, offset: number, what: string): number {
  return readI32At(bytes, offset, what) >>> 0;
}

/** Several 64-bit numbers that follow each other, from the start. */
export function readU64s(bytes: Uint8Array, count: number, what: string): bigint[] {
  assertRoom(bytes, 0, count * 8, what);
  const view = new DataView(bytes.buffer, bytes.byteOffset, count * 8);
  const numbers: bigint[] = [];
  for (let place = 0; place < count; place++) numbers.push(view.getBigUint64(place * 8, LITTLE_ENDIAN));
  return numbers;
}

/** A copy: what was received lies in a buffer that is used again. */
export const readBytes: Reader<Uint8Array> = (bytes) => new Uint8Array(bytes);

/** A text that ends at the first NUL, or where the attribute ends. Most are short names of ASCII. */
export const readText: Reader<string> = (bytes) => {
  let read = '';
  for (let place = 0; place < bytes.length; place++) {
    const byte = bytes[place] as number;
    if (byte === 0) return read;
    if (byte >= 0x80 || place >= SHORT_TEXT) return decodeText(bytes);
    read += String.fromCharCode(byte);
  }
  return read;
};

const SHORT_TEXT = 32;

function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return textDecoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
}

/** Writes 16 bits at a place. */
export function putU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = LITTLE_ENDIAN ? value : value >> 8;
  bytes[offset + 1] = LITTLE_ENDIAN ? value >> 8 : value;
}

export function putU32(bytes: Uint8Array, offset: number, value: number): void {
  putU16(bytes, offset, LITTLE_ENDIAN ? value : value >> 16);
  putU16(bytes, offset + 2, LITTLE_ENDIAN ? value >> 16 : value);
}

export function putU64(bytes: Uint8Array, offset: number, value: bigint): void {
  new DataView(bytes.buffer, bytes.byteOffset + offset, 8).setBigUint64(0, value, LITTLE_ENDIAN);
}

/** Joins parts into one array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
