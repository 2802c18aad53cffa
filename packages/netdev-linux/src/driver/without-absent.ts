/** The same object without the fields that are undefined. */
export function withoutAbsent<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): T {
  const present: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) present[name] = value;
  }
  return present as T;
}
