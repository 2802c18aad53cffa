/** What makes a list what it was, where what comes goes to its end. */
export interface ListDifference<T> {
  /** In the order in which they have to go, the last first. */
  drop: T[];
  add: T[];
}

/**
 * Compares an ordered list with what it was. From the first place on where they differ all goes and comes again, so that
 * also the order is as before.
 *
 * @param mayGo whether one that was not there before is to go; others are looked past
 */
export function listDifference<T>(
  before: readonly T[],
  now: readonly T[],
  identity: (one: T) => string,
  mayGo: (one: T) => boolean,
): ListDifference<T> {
  const wanted = before.map(identity);
  const known = new Set(wanted);
  const ours = now.filter((one) => known.has(identity(one)) || mayGo(one));
  const present = ours.map(identity);
  const different = wanted.findIndex((one, place) => one !== present[place]);
  const same = different === -1 ? wanted.length : different;
  return { drop: ours.slice(same).reverse(), add: before.slice(same) };
}
