import {
  type Chain,
  digest,
  type Entry,
  type Lookup,
  type PlacedEntry,
  placeEntry,
  type TableFamily,
} from './entry.js';

/** A rule as it is written: the mark is its comment, by which it is known again when it is read. */
export interface Rule {
  text: string;
  mark: string;
}

/** What has to be looked at: by table and name (`inet postrouting-…`), sets with their keys, and chains. */
export interface Touched {
  keys: Map<string, Set<string>>;
  chains: Set<string>;
}

/** All that is wanted of the kernel, and how often: two groups may want the same. */
export interface Book {
  /** Takes the entries of a group in the place of those that it had. Groups with lower places come first. */
  put(key: string, place: number, entries: readonly Entry[]): void;
  delete(key: string): void;
  /** The entries of a group, each once. */
  entriesOf(key: string): readonly PlacedEntry[];
  /** What was put or deleted since the last call. */
  takeTouched(): Touched;
  /** Everything of one table. */
  everything(table: TableFamily): Touched;
  isUsed(table: TableFamily): boolean;
  chain(name: string): Chain | undefined;
  rulesOf(chain: string): Rule[];
  lookup(name: string): Lookup | undefined;
  /** The value of a key, `undefined` when it is not wanted. Where groups disagree, the one that was put first counts. */
  valueOf(lookup: string, key: string): string | undefined;
}

interface Claims {
  lookup: Lookup;
  keys: Map<string, { place: number; value: string }[]>;
}

/** @param frame the chains that a table has whenever it is there */
export function createBook(frame: readonly Chain[]): Book {
  const groups = new Map<string, { place: number; entries: PlacedEntry[] }>();
  const lookups = new Map<string, Claims>();
  const lookupsOf = new Map<string, Set<string>>();
  const needed = new Map<string, { chain: Chain; count: number }>();
  const standing = new Map(frame.map((chain) => [nameOf(chain), chain]));
  let touched = nothing();

  const touch = (lookup: string, key: string): void => {
    const keys = touched.keys.get(lookup) ?? new Set();
    touched.keys.set(lookup, keys.add(key));
  };
  const need = (chain: Chain, change: 1 | -1): void => {
    const name = nameOf(chain);
    if (standing.has(name)) return;
    const count = (needed.get(name)?.count ?? 0) + change;
    if (count === 0) needed.delete(name);
    else
      needed.set(name, {
        chain: chain.rules === undefined ? (needed.get(name)?.chain ?? chain) : chain,
        count,
      });
    if (count === 0 || (count === 1 && change === 1)) touched.chains.add(name);
  };

  const add = ({ lookup, element, needs }: PlacedEntry, place: number): void => {
    const name = nameOf(lookup);
    const chain = `${lookup.table} ${lookup.chain}`;
    let claims = lookups.get(name);
    if (claims === undefined) {
      claims = { lookup, keys: new Map() };
      lookups.set(name, claims);
      lookupsOf.set(chain, (lookupsOf.get(chain) ?? new Set()).add(name));
      touched.chains.add(chain);
    }
    const of = claims.keys.get(element.key) ?? [];
    claims.keys.set(element.key, of);
    of.push({ place, value: element.value });
    of.sort((one, other) => one.place - other.place);
    touch(name, element.key);
    for (const each of chainsOf(lookup, needs)) need(each, 1);
  };

  const remove = ({ lookup, element, needs }: PlacedEntry, place: number): void => {
    const name = nameOf(lookup);
    const chain = `${lookup.table} ${lookup.chain}`;
    const claims = lookups.get(name) as Claims;
    const left = (claims.keys.get(element.key) ?? []).filter((claim) => claim.place !== place);
    if (left.length > 0) claims.keys.set(element.key, left);
    else claims.keys.delete(element.key);
    touch(name, element.key);
    if (claims.keys.size === 0) {
      lookups.delete(name);
      lookupsOf.get(chain)?.delete(name);
      touched.chains.add(chain);
    }
    for (const each of chainsOf(lookup, needs)) need(each, -1);
  };

  const forget = (key: string): void => {
    const present = groups.get(key);
    groups.delete(key);
    for (const entry of present?.entries ?? []) remove(entry, present?.place ?? 0);
  };

  return {
    put(key, place, entries) {
      forget(key);
      const placed = entries.map(placeEntry);
      const distinct = new Map(
        placed.map((entry) => [`${nameOf(entry.lookup)} ${entry.element.key}`, entry] as const).reverse(),
      );
      groups.set(key, { place, entries: [...distinct.values()].reverse() });
      for (const entry of distinct.values()) add(entry, place);
    },
    delete: forget,
    entriesOf: (key) => groups.get(key)?.entries ?? [],
    takeTouched() {
      const taken = touched;
      touched = nothing();
      return taken;
    },
    everything(table) {
      const chains = [...standing.keys(), ...needed.keys()].filter((name) => name.startsWith(`${table} `));
      const keys = [...lookups].filter(([, { lookup }]) => lookup.table === table);
      return {
        chains: new Set(chains),
        keys: new Map(keys.map(([name, claims]) => [name, new Set(claims.keys.keys())])),
      };
    },
    isUsed: (table) => [...lookups.values()].some(({ lookup }) => lookup.table === table),
    chain: (name) => standing.get(name) ?? needed.get(name)?.chain,
    rulesOf(name) {
      const fixed = (standing.get(name) ?? needed.get(name)?.chain)?.rules ?? [];
      const own = [...(lookupsOf.get(name) ?? [])].map((each) => (lookups.get(each) as Claims).lookup);
      return [
        ...fixed.map(({ rank, text }) => ({ rank, weight: [], text })),
        ...own.map(({ rank, weight, rule }) => ({ rank, weight, text: rule })),
      ]
        .sort(
          (one, other) =>
            one.rank - other.rank || compareWeights(one, other) || (one.text < other.text ? -1 : 1),
        )
        .map(({ text }) => ({ text, mark: digest(text) }));
    },
    lookup: (name) => lookups.get(name)?.lookup,
    valueOf: (name, key) => lookups.get(name)?.keys.get(key)?.[0]?.value,
  };
}

/** The table and the name of a chain or lookup. */
export function nameOf({ table, name }: { table: TableFamily; name: string }): string {
  return `${table} ${name}`;
}

function nothing(): Touched {
  return { keys: new Map(), chains: new Set() };
}

/** The chain that a lookup stands in has to be there too. */
function chainsOf({ table, chain }: Lookup, needs: readonly Chain[]): Chain[] {
  return [{ table, name: chain }, ...needs];
}

interface Weighed {
  weight: readonly number[];
}

function compareWeights({ weight: one }: Weighed, { weight: other }: Weighed): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (other[at] ?? 0) - (one[at] ?? 0);
}
