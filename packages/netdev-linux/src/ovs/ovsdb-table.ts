import { PlatformError } from 'netdev-core';

/** A row of a table of OVSDB, by column. */
export type OvsdbRow = ReadonlyMap<string, unknown>;

/**
 * The tables that `ovs-vsctl --format=json` prints, one a line: `{"headings": [...], "data": [[...], ...]}`, with
 * values as in RFC 7047, 5.1.
 *
 * @throws PlatformError when it printed something else
 */
export function parseTables(text: string, count: number): OvsdbRow[][] {
  const tables = text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseTable);
  if (tables.length === count) return tables;
  throw unreadable(`${tables.length} tables where ${count} were asked for`);
}

function parseTable(text: string): OvsdbRow[] {
  let table: unknown;
  try {
    table = JSON.parse(text);
  } catch (cause) {
    throw unreadable('what ovs-vsctl printed is no JSON', cause);
  }
  const { headings, data } = Object(table) as { headings?: unknown; data?: unknown };
  if (!Array.isArray(headings) || !Array.isArray(data))
    throw unreadable('a table has no headings or no data');
  return data.map((row: unknown) => {
    if (!Array.isArray(row) || row.length !== headings.length)
      throw unreadable('a row has not the columns of its table');
    return new Map(headings.map((heading, index) => [String(heading), row[index]]));
  });
}

/** The one text in a column; `undefined` where the set is empty. */
export function textIn(row: OvsdbRow, column: string): string | undefined {
  return atomsIn(row, column).find((atom) => typeof atom === 'string');
}

/** The numbers in a column. */
export function numbersIn(row: OvsdbRow, column: string): number[] {
  return atomsIn(row, column).filter((atom) => typeof atom === 'number');
}

/** The texts in a column by their keys. */
export function textsByKey(row: OvsdbRow, column: string): Readonly<Record<string, string>> {
  const [kind, pairs] = tagged(row.get(column));
  if (kind !== 'map' || !Array.isArray(pairs)) throw unreadable(`${column} is no map`);
  return Object.fromEntries(
    pairs.map((pair: unknown) => {
      const [key, value] = tagged(pair);
      return [String(key), String(value)];
    }),
  );
}

/** The rows that a column refers to, by their ids. */
export function referencesIn(row: OvsdbRow, column: string): string[] {
  return atomsIn(row, column).flatMap((atom) => {
    const [kind, id] = tagged(atom);
    return kind === 'uuid' ? [String(id)] : [];
  });
}

/** The values of a set; a set of one is told as that one. */
function atomsIn(row: OvsdbRow, column: string): unknown[] {
  const value = row.get(column);
  if (value === undefined) throw unreadable(`there is no column ${column}`);
  const [kind, atoms] = tagged(value);
  return kind === 'set' && Array.isArray(atoms) ? atoms : [value];
}

function tagged(value: unknown): readonly [kind: unknown, content: unknown] {
  return Array.isArray(value) && value.length === 2 ? [value[0], value[1]] : [undefined, undefined];
}

function unreadable(detail: string, cause?: unknown): PlatformError {
  return new PlatformError({ operation: 'read', object: "Open vSwitch's database", detail, cause });
}
