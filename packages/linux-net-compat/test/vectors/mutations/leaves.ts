import type { Vector } from '../vector.js';

/** Where a recorded value is, from the vector down. */
export type Path = readonly (string | number)[];

/** The fields that hold what has to result; the others say how the run was set up. */
const expectations: readonly (keyof Vector)[] = [
  'calls',
  'commands',
  'sleeps',
  'chmods',
  'writes',
  'conf_after',
  'devices_after',
  'rules',
  'fixed_ip_queries',
];

/** Every single value that a vector expects. A text of several lines is one value a line. */
export function leavesOf(vector: Vector): Path[] {
  return expectations.flatMap((field) => {
    const paths = walk(vector[field], [field]);
    return field === 'calls' ? paths.filter(([, , part]) => part === 'returns' || part === 'raises') : paths;
  });
}

function walk(value: unknown, path: Path): Path[] {
  if (value === undefined) return [];
  if (typeof value === 'string' && path.at(-1) === 'stdin')
    return value.split('\n').map((_, line) => [...path, line]);
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    walk(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The same vector with another value at one place. */
export function withValue(vector: Vector, path: Path, value: unknown): Vector {
  return replaced(vector, path, value) as Vector;
}

function replaced(from: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof from === 'string')
    return from
      .split('\n')
      .map((line, index) => (index === key ? value : line))
      .join('\n');
  if (Array.isArray(from))
    return from.map((inner, index) => (index === key ? replaced(inner, rest, value) : inner));
  const record = from as Record<string, unknown>;
  return { ...record, [key]: replaced(record[key], rest, value) };
}

/** Values of the same type that differ: by as little as possible, and so that they still mean something. */
export function otherValues(value: unknown): unknown[] {
  if (typeof value === 'number') return [value + 1];
  if (typeof value === 'boolean') return [!value];
  if (typeof value !== 'string') return ['something'];
  if (/^\d+$/.test(value)) return [String(Number(value) + 1)];
  const elsewhere = value.replace(/^(\d+)(?=\.\d+\.\d+\.\d+)/, (octet) => String(Number(octet) + 1));
  return [
    `${value}x`,

    ...(elsewhere === value ? [] : [elsewhere]),
  ];
}

/** The value at a place, a line of a text included. */
export function valueAt(vector: Vector, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'string' ? value.split('\n') : (value as never))[key as never],
    vector,
  );
}
