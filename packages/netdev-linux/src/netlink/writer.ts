import { align } from './align.js';
import { putU16, putU32, putU64 } from './scalar.js';

/** The size of struct nlattr (linux/netlink.h). */
export const ATTRIBUTE_HEADER_SIZE = 4;

/** The longest attribute that its 16-bit length can tell. */
const ATTRIBUTE_MAX = 0xffff;

/** Messages share an array of so many bytes: one for each would be a piece of memory of its own, outside of the heap. */
const SHARED_SIZE = 65_536;

/** Where less is left of it, another is begun: most messages are shorter. */
const ROOM = 4096;

const textEncoder = new TextEncoder();

/** Puts a value behind what was written. */
export type Write<T> = (value: T, to: Writer) => void;

/**
 * Where messages are put together, each part behind the one before. All share one array: an array for each number and
 * each level of a message would be most of the garbage of a batch.
 */
export class Writer {
  #bytes = new Uint8Array(SHARED_SIZE);
  #end = 0;
  #begun = 0;

  /** How many bytes there are so far. */
  get length(): number {
    return this.#end;
  }

  /** What `write` puts down, as a view of the array that it shares with others. */
  message(write: (to: Writer) => void): Uint8Array {
    if (this.#begun === 0 && this.#bytes.length - this.#end < ROOM) {
      this.#bytes = new Uint8Array(SHARED_SIZE);
      this.#end = 0;
    }
    const start = this.#end;
    this.#begun += 1;
    try {
      write(this);
    } catch (error) {
      this.#end = start;
      throw error;
    } finally {
      this.#begun -= 1;
    }
    const message = this.#bytes.subarray(start, this.#end);
    if (this.#begun === 0) return message;
    // It is part of another one that is not whole yet, and goes on where this began.
    this.#end = start;
    return message.slice();
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

/** The bytes that `write` puts down: to be copied before they are handed to another thread with all that they share. */
export function encode(write: (to: Writer) => void): Uint8Array {
  return shared.message(write);
}
