import type { Key } from 'netdev-core';
import type { PlacedGroup } from '../book/rule-book.js';
import { frameJumps, framePresent, frameRuleCount, frameRules, isOfFrame } from '../intents/frame.js';
import { pageName } from '../intents/page-names.js';
import { type ChainRef, type RenderedRule, type RuleSlice, sliceRules } from '../intents/rendered-rule.js';
import type { IptablesManager } from '../iptables/manager.js';
import type { Family } from '../tools/family.js';

/** A rule of ours, with the group that it belongs to. */
export interface OurRule {
  text: string;
  key: Key | undefined;
}

/** Our rules by where they stand, in chains of our own and in those that others use too. */
export interface OurRules {
  /** The rules of a chain, by its name in the kernel; `undefined` where we have none of that name. */
  chain(family: Family, table: string, chain: string): readonly OurRule[] | undefined;
  /** Whether anything is in a table. */
  has(family: Family, table: string): boolean;
  /** The members of a set of ours by its name in the kernel, as ipset(8) prints them; `undefined` for another. */
  membersOf(set: string): readonly string[] | undefined;
}

/** Where the rules are. */
export interface OurRulesSource {
  owner: string;
  groups: readonly (PlacedGroup & { key: string })[];
  /** Rules of no group, for chains that groups name. */
  standing: readonly RenderedRule[];
  /** Left out: no raw rules are in use. */
  raw: IptablesManager | undefined;
}

/** Rules of one group that stand next to each other. */
interface PlacedSlice {
  slice: RuleSlice;
  place: number;
  key: Key | undefined;
  /** The name of the page that it begins, if it begins one. */
  page: string | undefined;
}

/** What groups have in one table, by the names of chains behind the owner's prefix. */
interface TableOfGroups {
  slices: Map<string, PlacedSlice[]>;
  named: Set<string>;
}

/** What `apply` makes of groups and raw rules, without looking at what the kernel has. */
export function gatherOurRules({ owner, groups, standing, raw }: OurRulesSource): OurRules {
  const ofGroups = tablesOfGroups(groups, standing);
  const tables = new Map([...ofGroups].map(([place, table]) => [place, chainsOf(table, owner)]));
  const rawTables = new Map(
    (raw?.tables() ?? []).map(({ family, table }) => [`${family} ${table.name}`, table.stage().wanted]),
  );
  const inRaw = (place: string, chain: string): OurRule[] | undefined => {
    const { chains, guests, shared } = rawTables.get(place) ?? {};
    const others = guests?.get(chain);
    if (!chains?.has(chain) && !shared?.has(chain) && others === undefined) return undefined;
    const inFront = others?.filter(({ top }) => top) ?? [];
    const behind = others?.filter(({ top }) => !top) ?? [];
    const texts = [...(chains?.get(chain) ?? []), ...[...inFront, ...behind].map(({ text }) => text)];
    return texts.map((text) => ({ text, key: undefined }));
  };
  const asked = new Map<string, readonly OurRule[] | undefined>();
  const look = (place: string, chain: string): readonly OurRule[] | undefined => {
    const first = inRaw(place, chain);
    const then = tables.get(place)?.get(chain)?.();
    return first === undefined ? then : [...first, ...(then ?? [])];
  };
  return {
    chain(family, table, chain) {
      const place = `${family} ${table}`;
      const name = `${place} ${chain}`;
      if (!asked.has(name)) asked.set(name, look(place, chain));
      return asked.get(name);
    },
    membersOf: (set) => membersOf(set, owner, groups),
    has: (family, table) => {
      const place = `${family} ${table}`;
      return (tables.get(place)?.size ?? 0) > 0 || rawTables.has(place);
    },
  };
}

function tablesOfGroups(
  groups: OurRulesSource['groups'],
  standing: OurRulesSource['standing'],
): Map<string, TableOfGroups> {
  const tables = new Map<string, TableOfGroups>();
  const tableOf = ({ family, table }: ChainRef): TableOfGroups =>
    entryOf(tables, `${family} ${table}`, () => ({ slices: new Map(), named: new Set() }));
  const frame = {
    ...{ key: undefined, place: 0, mark: undefined },
    rendered: { slices: sliceRules([...frameRules(), ...standing]), chains: [] },
  };
  for (const { key, place, rendered, mark } of [frame, ...groups]) {
    for (const slice of rendered.slices)
      entryOf(tableOf(slice).slices, slice.chain, () => []).push({
        ...{ slice, place, key: key as Key | undefined },
        page: mark !== undefined && isOfFrame(slice.chain) ? pageName(slice, mark) : undefined,
      });
    for (const ref of rendered.chains) tableOf(ref).named.add(ref.chain);
  }
  return tables;
}

/** The chains by their names in the kernel, put together when somebody asks: most have nothing to do with a packet. */
function chainsOf({ slices, named }: TableOfGroups, owner: string): Map<string, () => OurRule[]> {
  const inKernel = (chain: string): string => `${owner}-${chain}`;
  const count = (chain: string): number =>
    (slices.get(chain) ?? []).reduce((sum, { slice }) => sum + slice.texts.length, 0);
  const present = framePresent((chain) => count(chain) > frameRuleCount(chain));
  const chains = new Map<string, () => OurRule[]>();
  for (const chain of [...present, ...named]) {
    const placed = slices.get(chain) ?? [];
    let pages: ReadonlyMap<string, OurRule[]> | undefined;
    const rulesOf = (page: string) => (): OurRule[] => {
      pages ??= divide(chain, placed, inKernel);
      return pages.get(page) ?? [];
    };
    for (const page of new Set([chain, ...placed.flatMap(({ page }) => page ?? [])]))
      chains.set(inKernel(page), rulesOf(page));
  }
  for (const { from, to, builtin } of frameJumps(present)) {
    const name = builtin ? from : inKernel(from);
    const before = chains.get(name);
    chains.set(name, () => [...(before?.() ?? []), { text: `-j ${inKernel(to)}`, key: undefined }]);
  }
  return chains;
}

/** The rules of a chain and of its pages, by their names (see `book/paged-chain.ts`). */
function divide(
  chain: string,
  placed: readonly PlacedSlice[],
  inKernel: (chain: string) => string,
): Map<string, OurRule[]> {
  const whole: OurRule[] = [];
  const pages = new Map([[chain, whole]]);
  let last = whole;
  for (const { slice, key, page } of [...placed].sort(byPosition)) {
    const rules = slice.texts.map((text) => ({ text, key }));
    if (page !== undefined) {
      whole.push({ text: `-j ${inKernel(page)}`, key: undefined });
      last = [];
      pages.set(page, last);
    }
    last.push(...rules);
  }
  return pages;
}

function byPosition(one: PlacedSlice, other: PlacedSlice): number {
  return one.slice.rank - other.slice.rank || one.place - other.place;
}

function membersOf(set: string, owner: string, groups: Iterable<PlacedGroup>): readonly string[] | undefined {
  const uses = [...groups].flatMap(({ rendered }) => rendered.sets ?? []);
  const ofSet = uses.filter(({ name }) => `${owner}:${name}` === set);
  return ofSet.length === 0 ? undefined : ofSet.flatMap(({ members }) => members);
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const present = map.get(key) ?? make();
  map.set(key, present);
  return present;
}
