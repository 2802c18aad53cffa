import { createHash } from 'node:crypto';
import { keyOf, type Match } from './match.js';

/** Frames of bridges have a table of their own: nftables has no family that sees both. */
export type TableFamily = 'inet' | 'bridge';

/** A chain, and the rules that it has whatever the intents are. */
export interface Chain {
  table: TableFamily;
  name: string;
  /** Where the kernel enters it: `type filter hook forward priority 0`. Left out: other chains lead to it. */
  hook?: string;
  rules?: readonly { rank: number; text: string }[];
}

/**
 * What becomes of a packet that matches: the same for all in the set, or something of its own for each.
 */
export type Action =
  | { verdict: string }
  | { each: 'verdict'; value: string }
  | { each: 'snat' | 'dnat'; value: string; port?: number };

/** One thing that is asked of the kernel. A group of intents is a list of these. */
export interface Entry {
  table: TableFamily;
  chain: string;
  /** Its place in the chain; lower ranks are met first. */
  rank: number;
  match: Match;
  /** What has to hold besides, as nft(8) writes it. */
  when?: string | undefined;
  does: Action;
  /** Chains that have to be there for it, beside those that always are. */
  needs?: readonly Chain[];
}

/**
 * A rule with the set or map that it looks packets up in. All entries that look at the same fields, under the same
 * masks and in the same place, are elements of one: so a guest more is an element more, and no packet meets more rules.
 */
export interface Lookup {
  table: TableFamily;
  chain: string;
  rank: number;
  name: string;
  /** `set` or `map`. */
  kind: 'set' | 'map';
  /** What nft(8) declares it with: `typeof iifname . ip saddr : verdict; counter`. */
  type: string;
  rule: string;
  /** Longer prefixes and more fields come first within a rank. */
  weight: readonly number[];
}

/** An element of a lookup: its key and, in a map, its value. */
export interface Element {
  key: string;
  value: string;
}

export interface PlacedEntry {
  lookup: Lookup;
  element: Element;
  needs: readonly Chain[];
}

/** Where an entry belongs. */
export function placeEntry({ table, chain, rank, match, when = '', does, needs = [] }: Entry): PlacedEntry {
  const { family, parts } = keyOf(match);
  const key = parts.map(({ expression }) => expression).join(' . ');
  const types = parts.map(({ type }) => type).join(' . ');
  const nat = family === 'ipv6' ? 'ip6' : 'ip';
  const { kind, type, rule, value } = renderAction(does, { key, types, nat });
  const text = `${when} ${rule('@')}`.trim();
  const fields = parts.map(({ field, length }) => (length < 0 ? field : `${field}${length}`));
  const name = `${[chain, ...fields].join('-')}-${digest(`${rank} ${text}`)}`;
  const lengthOf = (wanted: string): number => parts.find(({ field }) => field === wanted)?.length ?? -1;
  return {
    lookup: {
      table,
      chain,
      rank,
      name,
      kind,
      type,
      rule: `${when} ${rule(`@${name}`)}`.trim(),
      weight: [
        lengthOf('source'),
        lengthOf('destination'),
        lengthOf('neighbour'),
        lengthOf('arpSource'),
        parts.length,
      ],
    },
    element: { key: parts.map((part) => part.text).join(' . '), value },
    needs,
  };
}

/** What says the same in the same words has the same digest: names of sets, and marks on rules. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

interface Words {
  key: string;
  types: string;
  nat: 'ip' | 'ip6';
}

function renderAction(
  does: Action,
  { key, types, nat }: Words,
): { kind: 'set' | 'map'; type: string; value: string; rule: (set: string) => string } {
  if ('verdict' in does)
    return { kind: 'set', type: types, value: '', rule: (set) => `${key} ${set} ${does.verdict}` };
  if (does.each === 'verdict')
    return {
      kind: 'map',
      type: `${types} : verdict`,
      value: does.value,
      rule: (set) => `${key} vmap ${set}`,
    };
  const port = does.port === undefined ? '' : ' . th dport';
  return {
    kind: 'map',
    type: `${types} : ${nat} daddr${port}`,
    value: does.port === undefined ? does.value : `${does.value} . ${does.port}`,
    rule: (set) => `${does.each} ${nat} to ${key} map ${set}`,
  };
}
