import { InvalidArgumentError } from '../errors/index.js';

/** Checks a value and gives it in canonical form. @throws InvalidArgumentError naming `field` */
export type Parser = (value: unknown, field: string) => unknown;

/** One field of an object, and whether it may be left out. */
export interface Field {
  parse: Parser;
  required: boolean;
}

export const required = (parse: Parser): Field => ({ parse, required: true });
export const optional = (parse: Parser): Field => ({ parse, required: false });

/** One of some words. */
export function oneOf(words: readonly string[]): Parser {
  return (value, field) => {
    if (typeof value === 'string' && words.includes(value)) return value;
    throw new InvalidArgumentError(field, value, `one of ${words.join(', ')}`);
  };
}

/** A list, also an empty one. */
export function listOf(parse: Parser, expected: string): Parser {
  return (value, field) => {
    if (!Array.isArray(value)) throw new InvalidArgumentError(field, value, expected);
    return value.map((each, index) => parse(each, `${field}[${index}]`));
  };
}

/**
 * Parses the fields of an object, in the order in which they are known, and none that is not.
 *
 * @param what what has these fields, for a person
 * @param parsed what was parsed before, by other means, and what the rest is put into
 * @throws InvalidArgumentError naming the field below `path`
 */
export function parseFields(
  given: Record<string, unknown>,
  known: Readonly<Record<string, Field>>,
  path: string,
  what: string,
  parsed: Record<string, unknown> = {},
): Record<string, unknown> {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(known, name) || Object.hasOwn(parsed, name)) continue;
    throw new InvalidArgumentError(`${path}.${name}`, name, `a field of ${what}`);
  }
  // Not by entries: the pairs would be most of the garbage of tens of thousands of groups.
  for (const name in known) {
    const field = known[name];
    if (field === undefined || (given[name] === undefined && !field.required)) continue;
    parsed[name] = field.parse(given[name], `${path}.${name}`);
  }
  return parsed;
}
