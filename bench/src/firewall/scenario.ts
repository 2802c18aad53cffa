import type { IntentGroup } from 'netdev-core';

/** A guest as it is to be: each number has other addresses, and each version another one inside. */
export interface Guest {
  number: number;
  version: number;
}

/** Lines of a program that keeps its rules as the original did, by table; `:` and a name for a chain of its own. */
export type Lines = Readonly<Record<'filter' | 'nat', readonly string[]>>;

/** What changes at a time. */
export interface Change {
  /** Of ours: the group that is put, or the key of the one that is deleted. */
  ours: { put: IntentGroup } | { delete: string };
  /** The same for lines: whose are to be which; `undefined`: none any more. */
  lines: ReadonlyMap<string, Lines | undefined>;
}

/** What many guests are asked for, and what changes. */
export interface Scenario {
  /** What a size is called by: `1000 rules`. */
  sizeOf(guests: number): string;
  /** Kinds of changes, each time of another guest. */
  kinds: readonly string[];
  /** All there is at first. */
  begin(guests: number, owner: string): Change[];
  /** @param turn which of the changes of this kind */
  changeOf(kind: string, turn: number, guests: number, owner: string): Change;
}

/** Rules of somebody else, in chains of theirs that a built-in one leads to. */
export function foreignRules(count: number): string {
  const chains = Math.max(1, Math.ceil(count / 20));
  const rule = (number: number): string =>
    `-A F${number % chains} -s 172.${16 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}/32 -j ACCEPT`;
  return [
    '*filter',
    ...Array.from({ length: chains }, (_, number) => `:F${number} - [0:0]`),
    ...Array.from({ length: chains }, (_, number) => `-A FORWARD -i f${number} -j F${number}`),
    ...Array.from({ length: count }, (_, number) => rule(number)),
    'COMMIT',
    '',
  ].join('\n');
}
