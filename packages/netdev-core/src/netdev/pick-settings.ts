/**
 * Those of the named settings that are given, and that `present` has otherwise. Not by entries: a batch calls it several
 * times for each of thousands of links, and the pairs would be most of its garbage.
 */
export function pickSettings<S extends object>(
  names: readonly (keyof S)[],
  from: Readonly<S>,
  present?: Readonly<Partial<S>>,
): Partial<S> {
  const picked: Partial<S> = {};
  for (const name of names) {
    const value = from[name];
    if (value !== undefined && value !== present?.[name]) picked[name] = value;
  }
  return picked;
}
