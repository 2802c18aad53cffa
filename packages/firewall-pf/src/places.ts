/**
 * The places of groups in the order in which they were put, for anchors whose names are sorted by them. Places that
 * anchors have already are kept as long as they are in order, so that what an earlier run loaded stays.
 */
export function assignPlaces(
  keys: readonly string[],
  placed: (key: string) => number | undefined,
): Map<string, number> {
  const places = new Map<string, number>();
  let last = -1;
  for (const key of keys) {
    const present = placed(key);
    last = present !== undefined && present > last ? present : last + 1;
    places.set(key, last);
  }
  return places;
}
