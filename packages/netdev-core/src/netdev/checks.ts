import { InvalidArgumentError } from '../errors/index.js';

/** Checks a value and gives it back in its canonical form, or throws InvalidArgumentError naming the field. */
export type Check<T> = (value: unknown, field: string) => T;

/** The fields of an object: each by its check, none that is unknown, and all that are required. */
export function checked(
  value: unknown,
  name: string,
  known: Readonly<Record<string, Check<unknown>>>,
  required: readonly string[],
  prefix = `${name}.`,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new InvalidArgumentError(name, value, 'an object');
  const given = value as Record<string, unknown>;
  for (const field of Object.keys(given)) {
    if (!Object.hasOwn(known, field))
      throw new InvalidArgumentError(`${prefix}${field}`, field, 'a field that is known here');
  }
  const parsed: Record<string, unknown> = {};
  // Not by entries: the pairs of all that is known would be most of the garbage of a batch of small changes.
  for (const field in known) {
    if (given[field] !== undefined || required.includes(field))
      parsed[field] = known[field]?.(given[field], `${prefix}${field}`);
  }
  return parsed;
}

/** A check for one of several words. */
export function oneOf<Word extends string>(words: readonly Word[]): Check<Word> {
  return (value, field) => {
    if (words.includes(value as Word)) return value as Word;
    throw new InvalidArgumentError(field, value, `one of ${words.join(', ')}`);
  };
}

/** A check for true or false. */
export function flag(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new InvalidArgumentError(field, value, 'true or false');
}
