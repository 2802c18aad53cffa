import { InvalidArgumentError } from '../errors/index.js';

/** Parses each entry of a list that may be left out. @throws InvalidArgumentError naming `FIELD[INDEX]` */
export function parseList<In, Out>(
  values: readonly In[] | undefined,
  field: string,
  parse: (value: In, field: string) => Out,
): Out[] {
  if (values === undefined) return [];
  if (!Array.isArray(values)) throw new InvalidArgumentError(field, values, 'a list');
  return values.map((value: In, index) => {
    if (value === null || value === undefined)
      throw new InvalidArgumentError(`${field}[${index}]`, value, 'given');
    return parse(value, `${field}[${index}]`);
  });
}
