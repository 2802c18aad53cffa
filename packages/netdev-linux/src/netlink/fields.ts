import { listAttributes, NLA_F_NESTED, visitAttributes } from './attribute.js';
import {
  assertRoom,
  be16At,
  be32At,
  i32At,
  type Reader,
  readBytes,
  readText,
  u8At,
  u16At,
  u32At,
} from './scalar.js';
import { ATTRIBUTE_HEADER_SIZE, type Write, type Writer } from './writer.js';

/** How the value of an attribute is read and written. */
export interface Codec<T> {
  read(bytes: Uint8Array, what: string): T;
  write(value: T, to: Writer): void;
  /** Bits to be set in the type of the attribute. */
  readonly typeFlags?: number;
  /**
   * For values of one size: reads one where it lies among others. A view of each of the thousand numbers of a listing
   * costs more than everything else in it.
   */
  readonly fixed?: { readonly size: number; readAt(bytes: Uint8Array, offset: number): T };
}

function codec<T>(read: Reader<T>, write: Write<T>): Codec<T> {
  return { read, write };
}

function fixed<T>(size: number, readAt: (bytes: Uint8Array, offset: number) => T, write: Write<T>): Codec<T> {
  const read: Reader<T> = (bytes, what) => {
    assertRoom(bytes, 0, size, what);
    return readAt(bytes, 0);
  };
  return { read, write, fixed: { size, readAt } };
}

export const U8 = fixed<number>(1, u8At, (value, to) => to.u8(value));
export const U16 = fixed<number>(2, u16At, (value, to) => to.u16(value));
export const U32 = fixed<number>(4, u32At, (value, to) => to.u32(value));
export const I32 = fixed<number>(4, i32At, (value, to) => to.u32(value));
/** 16 bits in network order. */
export const BE16 = fixed<number>(2, be16At, (value, to) => to.be16(value));
export const BE32 = fixed<number>(4, be32At, (value, to) => to.be32(value));
/** A byte that is zero or not. */
export const FLAG = fixed<boolean>(
  1,
  (bytes, offset) => u8At(bytes, offset) !== 0,
  (value, to) => to.u8(value ? 1 : 0),
);
export const BYTES = codec<Uint8Array>(readBytes, (value, to) => to.bytes(value));
/** The bytes where they lie, for who reads on in them at once. */
export const VIEW = codec<Uint8Array>(
  (value) => value,
  (value, to) => to.bytes(value),
);
export const TEXT = codec<string>(readText, (value, to) => to.text(value));

/** The attributes of one level: a name for each, its type and its codec. */
export type Fields = Readonly<Record<string, readonly [type: number, codec: Codec<unknown>]>>;

/** What {@link Fields} hold: each of them, or not. */
export type FieldValues<F extends Fields> = {
  -readonly [Name in keyof F]?: (F[Name][1] extends Codec<infer T> ? T : never) | undefined;
};

/**
 * Reads the attributes that are in the table; others are left out.
 *
 * @param into what they are put into: to put what precedes them and them together later takes longer than to read them
 * @throws NetlinkDecodeError
 */
export function decodeFields<F extends Fields, H extends object = object>(
  fields: F,
  bytes: Uint8Array,
  what: string,
  into: H = {} as H,
): H & FieldValues<F> {
  const byType = fieldsByType(fields);
  const values = into as Record<string, unknown>;
  visitAttributes(bytes, what, (type, start, end) => {
    const found = byType.get(type);
    if (found === undefined) return;
    const offset = start + ATTRIBUTE_HEADER_SIZE;
    for (const { name, fixed, read } of found) {
      if (fixed === undefined) values[name] = read(bytes.subarray(offset, end), `${what}.${name}`);
      else if (end - offset >= fixed.size) values[name] = fixed.readAt(bytes, offset);
      else assertRoom(bytes.subarray(offset, end), 0, fixed.size, `${what}.${name}`);
    }
  });
  return values as H & FieldValues<F>;
}

interface NamedRead {
  name: string;
  fixed: Codec<unknown>['fixed'] | undefined;
  read: Reader<unknown>;
}

const tables = new WeakMap<Fields, ReadonlyMap<number, readonly NamedRead[]>>();

/** What a table has for a type: most types of a message are in no table, and to look at the table instead takes longer. */
function fieldsByType(fields: Fields): ReadonlyMap<number, readonly NamedRead[]> {
  const known = tables.get(fields);
  if (known !== undefined) return known;
  const byType = new Map<number, NamedRead[]>();
  for (const [name, [type, { fixed, read }]] of Object.entries(fields)) {
    byType.set(type, [...(byType.get(type) ?? []), { name, fixed, read }]);
  }
  tables.set(fields, byType);
  return byType;
}

interface NamedWrite {
  name: string;
  type: number;
  write: Write<unknown>;
}

const writes = new WeakMap<Fields, readonly NamedWrite[]>();

function writesOf(fields: Fields): readonly NamedWrite[] {
  const known = writes.get(fields);
  if (known !== undefined) return known;
  const inOrder = Object.entries(fields).map(([name, [type, { write, typeFlags = 0 }]]) => ({
    name,
    type: type | typeFlags,
    write,
  }));
  writes.set(fields, inOrder);
  return inOrder;
}

/** Writes the attributes of the values that are there, in the order of the table. */
export function writeFields<F extends Fields>(fields: F, values: FieldValues<F>, to: Writer): void {
  const given: Readonly<Record<string, unknown>> = values;
  for (const { name, type, write } of writesOf(fields)) {
    const value = given[name];
    if (value !== undefined) to.attribute(type, value, write);
  }
}

/** An attribute that holds the attributes of a table. */
export function nest<F extends Fields>(fields: F): Codec<FieldValues<F>> {
  return {
    typeFlags: NLA_F_NESTED,
    read: (bytes, what) => decodeFields(fields, bytes, what),
    write: (values, to) => writeFields(fields, values, to),
  };
}

/** An attribute that holds any number of attributes of one type; others inside are left out. */
export function listOf<T>(type: number, item: Codec<T>): Codec<T[]> {
  return {
    typeFlags: NLA_F_NESTED,
    read: (bytes, what) =>
      listAttributes(bytes, what)
        .filter((entry) => entry.type === type)
        .map((entry) => item.read(entry.value, what)),
    write: (values, to) => {
      for (const value of values) to.attribute(type | (item.typeFlags ?? 0), value, item.write);
    },
  };
}

/** A C struct of 32-bit numbers in the order of `names`; a kernel may append more to it. */
export function structOf32<Name extends string>(
  names: readonly Name[],
  signed: readonly Name[] = [],
): Codec<Record<Name, number>> {
  const codecOf = (name: Name): Codec<number> => (signed.includes(name) ? I32 : U32);
  return {
    read: (bytes, what) => {
      const entries = names.map((name, index) => [
        name,
        codecOf(name).read(bytes.subarray(index * 4), `${what}.${name}`),
      ]);
      return Object.fromEntries(entries) as Record<Name, number>;
    },
    write: (values, to) => {
      for (const name of names) to.u32(values[name]);
    },
  };
}
