import {
  ATTRIBUTE_HEADER_SIZE,
  attribute,
  listAttributes,
  NLA_F_NESTED,
  visitAttributes,
} from './attribute.js';
import {
  be16,
  concat,
  flag,
  i32,
  type Reader,
  readBe16,
  readBytes,
  readFlag,
  readI32,
  readText,
  readU8,
  readU16,
  readU32,
  readU64,
  text,
  u8,
  u16,
  u32,
  u64,
} from './scalar.js';

/** How the value of an attribute is read and written. */
export interface Codec<T> {
  read(bytes: Uint8Array, what: string): T;
  write(value: T): Uint8Array;
  /** Bits to be set in the type of the attribute. */
  readonly typeFlags?: number;
}

function codec<T>(read: Reader<T>, write: (value: T) => Uint8Array): Codec<T> {
  return { read, write };
}

export const U8 = codec(readU8, u8);
export const U16 = codec(readU16, u16);
export const U32 = codec(readU32, u32);
export const I32 = codec(readI32, i32);
export const U64 = codec(readU64, u64);
export const BE16 = codec(readBe16, be16);
export const FLAG = codec(readFlag, flag);
export const BYTES: Codec<Uint8Array> = codec(readBytes, (value) => value);
export const TEXT = codec(readText, text);

/** The attributes of one level: a name for each, its type and its codec. */
export type Fields = Readonly<Record<string, readonly [type: number, codec: Codec<unknown>]>>;

/** What {@link Fields} hold: each of them, or not. */
export type FieldValues<F extends Fields> = {
  -readonly [Name in keyof F]?: (F[Name][1] extends Codec<infer T> ? T : never) | undefined;
};

/** Reads the attributes that are in the table; others are left out. @throws NetlinkDecodeError */
export function decodeFields<F extends Fields>(fields: F, bytes: Uint8Array, what: string): FieldValues<F> {
  const names = namesByType(fields);
  const values: Record<string, unknown> = {};
  visitAttributes(bytes, what, (type, start, end) => {
    for (const name of names.get(type) ?? []) {
      const value = bytes.subarray(start + ATTRIBUTE_HEADER_SIZE, end);
      values[name] = fields[name]?.[1].read(value, `${what}.${name}`);
    }
  });
  return values as FieldValues<F>;
}

const orders = new WeakMap<Fields, readonly string[]>();

function namesInOrder(fields: Fields): readonly string[] {
  const names = orders.get(fields) ?? Object.keys(fields);
  orders.set(fields, names);
  return names;
}

const tables = new WeakMap<Fields, ReadonlyMap<number, string[]>>();

/** The names that a table has for a type: most types of a message are in no table, and to look at the table instead takes longer. */
function namesByType(fields: Fields): ReadonlyMap<number, string[]> {
  const known = tables.get(fields);
  if (known !== undefined) return known;
  const names = new Map<number, string[]>();
  for (const [name, [type]] of Object.entries(fields)) names.set(type, [...(names.get(type) ?? []), name]);
  tables.set(fields, names);
  return names;
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
