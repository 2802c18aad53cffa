import { align } from './align.js';
import { putU16, putU32, putU64 } from './scalar.js';

/** The size of struct nlattr (linux/netlink.h). */
export const ATTRIBUTE_HEADER_SIZE = 4;

/** The longest attribute that its 16-bit length can tell. */
const ATTRIBUTE_MAX = 0xffff;

const FIRST_SIZE = 4096;

const textEncoder = new TextEncoder();

/** Puts a value behind what was written. */
export type Write<T> = (value: T, to: Writer) => void;

/**
 * Where a message is put together, each part behind the one before. All share one array: an array for each number and
 * each level of a message would be most of the garbage of a batch.
 */
export class Writer {
  #bytes = new Uint8Array(FIRST_SIZE);
  #end = 0;

  /** How many bytes there are so far. */
  get length(): number {
    return this.#end;
  }

  u8(value: number): void {
    this.#bytes[this.#take(1)] = value;
  }

  u16(value: number): void {
    const place = this.#take(2);
    putU16(this.#bytes, place, value);
  }

  u32(value: number): void {
    const place = this.#take(4);
    putU32(this.#bytes, place, value);
  }

  u64(value: bigint): void {
    const place = this.#take(8);
    putU64(this.#bytes, place, value);
  }

  /** 16 bits in network order. */
  be16(value: number): void {
    this.u8(value >> 8);
    this.u8(value);
  }

  be32(value: number): void {
    this.be16(value >> 16);
    this.be16(value);
  }

  zeros(count: number): void {
    const place = this.#take(count);
    this.#bytes.fill(0, place, this.#end);
  }

  bytes(value: Uint8Array): void {
    const place = this.#take(value.length);
    this.#bytes.set(value, place);
  }

  /** A text with the NUL that the kernel expects at its end. Most are short names of ASCII. */
  text(value: string): void {
    const place = this.#take(value.length + 1);
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code >= 0x80) {
        this.#end = place;
        this.bytes(textEncoder.encode(`${value}\0`));
        return;
      }
      this.#bytes[place + at] = code;
    }
    this.#bytes[place + value.length] = 0;
  }

  /** An attribute of what `write` puts there, with its padding. @throws RangeError for a value that no attribute can hold */
  attribute<T>(type: number, value: T, write: Write<T>): void {
    const place = this.#take(ATTRIBUTE_HEADER_SIZE);
    write(value, this);
    const length = this.#end - place;
    if (length > ATTRIBUTE_MAX) throw new RangeError(`an attribute holds at most ${ATTRIBUTE_MAX} bytes`);
    putU16(this.#bytes, place, length);
    putU16(this.#bytes, place + 2, type);
    this.zeros(align(length) - length);
  }

  /** Writes 16 bits at a place that was written already: a length that is known afterwards. */
  putU16(place: number, value: number): void {
    putU16(this.#bytes, place, value);
  }

  copyFrom(place: number): Uint8Array {
    return this.#bytes.slice(place, this.#end);
  }

  /** Forgets what was written from a place on. */
  endAt(place: number): void {
    this.#end = place;
  }

  /** Makes room for so many bytes more, and says where. */
  #take(count: number): number {
    const place = this.#end;
    this.#end += count;
    if (this.#end > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#end);
      larger.set(this.#bytes.subarray(0, place));
      this.#bytes = larger;
    }
    return place;
  }
}

const shared = new Writer();

/** The bytes that `write` puts down. */
export function encode(write: (to: Writer) => void): Uint8Array {
  const start = shared.length;
  try {
    write(shared);
    return shared.copyFrom(start);
  } finally {
    shared.endAt(start);
  }
}
