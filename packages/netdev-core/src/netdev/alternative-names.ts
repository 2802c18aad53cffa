import { InvalidArgumentError } from '../errors/index.js';
import { parseLinkName } from '../values/index.js';
import { withoutAbsent } from '../without-absent.js';
import type { Link } from './link.js';
import type { LinkChanges } from './link-spec.js';

/** A list of other names, each once. @throws InvalidArgumentError naming the place in the list */
export function parseAltNames(value: unknown, field: string): string[] {
  if (!Array.isArray(value)) throw new InvalidArgumentError(field, value, 'a list of names');
  const names = value.map((name: unknown, place) => parseLinkName(name, `${field}[${place}]`));
  const again = names.findIndex((name, place) => names.indexOf(name) !== place);
  if (again !== -1)
    throw new InvalidArgumentError(`${field}[${again}]`, names[again], 'a name that is given once');
  return names;
}

/** @throws InvalidArgumentError for a name that is to come and to go */
export function checkAltNames({ altNames = [], dropAltNames = [] }: LinkChanges): void {
  const both = dropAltNames.find((name) => altNames.includes(name));
  if (both !== undefined)
    throw new InvalidArgumentError('dropAltNames', both, 'a name that is not among altNames');
}

/** Those of the other names that a link has not got, and those that it has and shall not have. */
export function altNamesDifference(
  { altNames: present = [] }: Pick<Link, 'altNames'>,
  { altNames = [], dropAltNames = [] }: LinkChanges,
): LinkChanges {
  return unlessEmpty(
    altNames.filter((name) => !present.includes(name)),
    dropAltNames.filter((name) => present.includes(name)),
  );
}

/** What gives a link the other names of before back, after these changes. */
export function formerAltNames(
  { altNames: before = [] }: Pick<Link, 'altNames'>,
  { altNames = [], dropAltNames = [] }: LinkChanges,
): LinkChanges {
  return unlessEmpty(
    dropAltNames.filter((name) => before.includes(name)),
    altNames.filter((name) => !before.includes(name)),
  );
}

function unlessEmpty(altNames: readonly string[], dropAltNames: readonly string[]): LinkChanges {
  return withoutAbsent<LinkChanges>({
    altNames: altNames.length === 0 ? undefined : altNames,
    dropAltNames: dropAltNames.length === 0 ? undefined : dropAltNames,
  });
}
