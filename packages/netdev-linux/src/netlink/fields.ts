import {
  ATTRIBUTE_HEADER_SIZE,
  attribute,
  listAttributes,
  NLA_F_NESTED,
  visitAttributes,
} from './attribute.js';
import {
  assertRoom,
  be16,
  be16At,
  be32,
  be32At,
  concat,
  flag,
  i32,
  i32At,
  type Reader,
  readBytes,
  readText,
  text,
  u8,
  u8At,
  u16,
  u16At,
  u32,
  u32At,
  u64,
  u64At,
} from './scalar.js';

/** How the value of an attribute is read and written. */
export interface Codec<T> {
  read(bytes: Uint8Array, what: string): T;
  write(value: T): Uint8Array;
  /** Bits to be set in the type of the attribute. */
  readonly typeFlags?: number;
  /**
   * For values of one size: reads one where it lies among others. A view of each of the thousand numbers of a listing
   * costs more than everything else in it.
   */
  readonly fixed?: { readonly size: number; readAt(bytes: Uint8Array, offset: number): T };
}

function codec<T>(read: Reader<T>, write: (value: T) => Uint8Array): Codec<T> {
  return { read, write };
}

function fixed<T>(
  size: number,
  readAt: (bytes: Uint8Array, offset: number) => T,
  write: (value: T) => Uint8Array,
): Codec<T> {
  const read: Reader<T> = (bytes, what) => {
    assertRoom(bytes, 0, size, what);
    return readAt(bytes, 0);
  };
  return { read, write, fixed: { size, readAt } };
}

export const U8 = fixed(1, u8At, u8);
export const U16 = fixed(2, u16At, u16);
export const U32 = fixed(4, u32At, u32);
export const I32 = fixed(4, i32At, i32);
export const U64 = fixed(8, u64At, u64);
/** 16 bits in network order. */
export const BE16 = fixed(2, be16At, be16);
export const BE32 = fixed(4, be32At, be32);
/** A byte that is zero or not. */
export const FLAG = fixed(1, (bytes, offset) => u8At(bytes, offset) !== 0, flag);
export const BYTES: Codec<Uint8Array> = codec(readBytes, (value) => value);
/** The bytes where they lie, for who reads on in them at once. */
export const VIEW: Codec<Uint8Array> = codec(
  (value) => value,
  (value) => value,
);
export const TEXT = codec(readText, text);

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
    for (const [name, { fixed, read }] of found) {
      if (fixed === undefined) values[name] = read(bytes.subarray(offset, end), `${what}.${name}`);
      else if (end - offset >= fixed.size) values[name] = fixed.readAt(bytes, offset);
      else assertRoom(bytes.subarray(offset, end), 0, fixed.size, `${what}.${name}`);
    }
  });
  return values as H & FieldValues<F>;
}

const orders = new WeakMap<Fields, readonly string[]>();

function namesInOrder(fields: Fields): readonly string[] {
  const names = orders.get(fields) ?? Object.keys(fields);
  orders.set(fields, names);
  return names;
}

type NamedCodec = readonly [name: string, codec: Codec<unknown>];

const tables = new WeakMap<Fields, ReadonlyMap<number, readonly NamedCodec[]>>();

/** What a table has for a type: most types of a message are in no table, and to look at the table instead takes longer. */
function fieldsByType(fields: Fields): ReadonlyMap<number, readonly NamedCodec[]> {
  const known = tables.get(fields);
  if (known !== undefined) return known;
  const byType = new Map<number, NamedCodec[]>();
  for (const [name, [type, codec]] of Object.entries(fields)) {
    byType.set(type, [...(byType.get(type) ?? []), [name, codec]]);
  }
  tables.set(fields, byType);
  return byType;
}

/** The attributes of the values that are there, in the order of the table. */
export function encodeFields<F extends Fields>(fields: F, values: FieldValues<F>): Uint8Array {
  const given: Readonly<Record<string, unknown>> = values;
  const parts: Uint8Array[] = [];
  for (const name of namesInOrder(fields)) {
    const [value, field] = [given[name], fields[name]];
    if (value === undefined || field === undefined) continue;
    const [type, { write, typeFlags = 0 }] = field;
    parts.push(attribute(type | typeFlags, write(value)));
  }
  return concat(parts);
}

/** An attribute that holds the attributes of a table. */
export function nest<F extends Fields>(fields: F): Codec<FieldValues<F>> {
  return {
    typeFlags: NLA_F_NESTED,
    read: (bytes, what) => decodeFields(fields, bytes, what),
    write: (values) => encodeFields(fields, values),
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
    write: (values) =>
      concat(values.map((value) => attribute(type | (item.typeFlags ?? 0), item.write(value)))),
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
    write: (values) => concat(names.map((name) => codecOf(name).write(values[name]))),
  };
}
