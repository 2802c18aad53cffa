import { isDeepStrictEqual } from 'node:util';

/** Names a difference, if there is one. */
export function compare(what: string, expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  return [`${what}: ${show(expected)} became ${show(actual)}`];
}

/** Names the places where two lists differ. */
export function compareLists(
  what: string,
  expected: readonly unknown[],
  actual: readonly unknown[],
): string[] {
  const length = Math.max(expected.length, actual.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    if (index >= actual.length) return [`${what} ${index + 1}: ${show(expected[index])} is missing`];
    if (index >= expected.length) return [`${what} ${index + 1}: ${show(actual[index])} is too many`];
    return compare(`${what} ${index + 1}`, expected[index], actual[index]);
  });
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
