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

/** A group, or what stands for none. */
interface Owner {
  key: string | undefined;
  place: number;
  mark?: string | undefined;
  rendered: Pick<PlacedGroup['rendered'], 'slices' | 'chains'>;
}

/** Rules of one group that stand next to each other. */
interface PlacedSlice {
  slice: RuleSlice;
  of: Owner;
}

/** What groups have in one table, by the names of chains behind the owner's prefix. */
interface TableOfGroups {
  slices: Map<string, PlacedSlice[]>;
  named: Set<string>;
}

/** The chains of one table by their names in the kernel. */
interface ChainsOfGroups {
  isEmpty: boolean;
  rulesOf(name: string): readonly OurRule[] | undefined;
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
    const then = tables.get(place)?.rulesOf(chain);
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
      return tables.get(place)?.isEmpty === false || rawTables.has(place);
    },
  };
}

/** One look at each slice, and nothing made for it: there may be a hundred thousand. */
function tablesOfGroups(
  groups: OurRulesSource['groups'],
  standing: OurRulesSource['standing'],
): Map<string, TableOfGroups> {
  const tables = new Map<string, Map<string, TableOfGroups>>();
  const tableOf = ({ family, table }: ChainRef): TableOfGroups =>
    entryOf(
      entryOf(tables, family, () => new Map()),
      table,
      () => ({ slices: new Map(), named: new Set() }),
    );
  const frame: Owner = {
    ...{ key: undefined, place: 0 },
    rendered: { slices: sliceRules([...frameRules(), ...standing]), chains: [] },
  };
  for (const of of [frame, ...groups]) {
    for (const slice of of.rendered.slices)
      entryOf(tableOf(slice).slices, slice.chain, () => []).push({ slice, of });
    for (const ref of of.rendered.chains) tableOf(ref).named.add(ref.chain);
  }
  return new Map(
    [...tables].flatMap(([family, byName]) =>
      [...byName].map(([table, found]) => [`${family} ${table}`, found] as const),
    ),
  );
}

/** The name of the page that a slice begins, if it begins one. */
function pageOf({ slice, of: { mark } }: PlacedSlice): string | undefined {
  return mark !== undefined && isOfFrame(slice.chain) ? pageName(slice, mark) : undefined;
}

/** The chains are put together when somebody asks: most have nothing to do with a packet. */
function chainsOf({ slices, named }: TableOfGroups, owner: string): ChainsOfGroups {
  const inKernel = (chain: string): string => `${owner}-${chain}`;
  const count = (chain: string): number =>
    (slices.get(chain) ?? []).reduce((sum, { slice }) => sum + slice.texts.length, 0);
  const present = framePresent((chain) => count(chain) > frameRuleCount(chain));
  const names = new Map<string, string>();
  for (const chain of named) names.set(inKernel(chain), chain);
  for (const chain of present) {
    names.set(inKernel(chain), chain);
    for (const placed of slices.get(chain) ?? []) {
      const page = pageOf(placed);
      if (page !== undefined) names.set(inKernel(page), chain);
    }
  }
  const jumps = new Map<string, OurRule[]>();
  for (const { from, to, builtin } of frameJumps(present))
    entryOf(jumps, builtin ? from : inKernel(from), () => []).push({
      text: `-j ${inKernel(to)}`,
      key: undefined,
    });
  const divided = new Map<string, ReadonlyMap<string, readonly OurRule[]>>();
  return {
    isEmpty: names.size === 0 && jumps.size === 0,
    rulesOf(name) {
      const chain = names.get(name);
      const out = jumps.get(name);
      if (chain === undefined) return out;
      const own = entryOf(divided, chain, () => divide(chain, slices.get(chain) ?? [], inKernel)).get(name);
      return [...(own ?? []), ...(out ?? [])];
    },
  };
}

/** The rules of a chain and of its pages, by their names in the kernel (see `book/paged-chain.ts`). */
function divide(
  chain: string,
  placed: readonly PlacedSlice[],
  inKernel: (chain: string) => string,
): Map<string, OurRule[]> {
  const whole: OurRule[] = [];
  const pages = new Map([[inKernel(chain), whole]]);
  let last = whole;
  for (const each of isInOrder(placed) ? placed : [...placed].sort(byPosition)) {
    const page = pageOf(each);
    if (page !== undefined) {
      whole.push({ text: `-j ${inKernel(page)}`, key: undefined });
      last = [];
      pages.set(inKernel(page), last);
    }
    const key = each.of.key as Key | undefined;
    for (const text of each.slice.texts) last.push({ text, key });
  }
  return pages;
}

/** They mostly are, as groups come in the order of their places. */
function isInOrder(placed: readonly PlacedSlice[]): boolean {
  return placed.every((each, index) => {
    const before = placed[index - 1];
    return before === undefined || byPosition(before, each) <= 0;
  });
}

function byPosition(one: PlacedSlice, other: PlacedSlice): number {
  return one.slice.rank - other.slice.rank || one.of.place - other.of.place;
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
