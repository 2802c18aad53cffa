/** The same object without the fields that are undefined. */
export function withoutAbsent<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): T {
  const present: Record<string, unknown> = {};
  // Not by entries: a listing calls it for each of thousands, and the pairs would be most of its garbage.
  for (const name in fields) {
    if (fields[name] !== undefined) present[name] = fields[name];
  }
  return present as T;
}
