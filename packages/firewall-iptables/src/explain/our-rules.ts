import type { Key } from 'netdev-core';
import type { PlacedGroup } from '../book/rule-book.js';
import { frameJumps, framePresent, frameRuleCount, frameRules } from '../intents/frame.js';
import { type ChainRef, type RenderedRule, type RuleSlice, sliceRules } from '../intents/rendered-rule.js';
import type { IptablesManager } from '../iptables/manager.js';
import { isBuiltin } from '../ruleset/builtin-chains.js';
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
    key: undefined,
    place: 0,
    rendered: { slices: sliceRules([...frameRules(), ...standing]), chains: [] },
  };
  for (const { key, place, rendered } of [frame, ...groups]) {
    for (const slice of rendered.slices)
      entryOf(tableOf(slice).slices, slice.chain, () => []).push({
        slice,
        place,
        key: key as Key | undefined,
      });
    for (const ref of rendered.chains) tableOf(ref).named.add(ref.chain);
  }
  return tables;
}

/** The chains by their names in the kernel, put together when somebody asks: most have nothing to do with a packet. */
function chainsOf({ slices, named }: TableOfGroups, owner: string): Map<string, () => OurRule[]> {
  const count = (chain: string): number =>
    (slices.get(chain) ?? []).reduce((sum, { slice }) => sum + slice.texts.length, 0);
  const present = framePresent((chain) => count(chain) > frameRuleCount(chain));
  const jumps = frameJumps(present).map(({ from, to, builtin }) => ({
    from: builtin ? from : `${owner}-${from}`,
    rule: { text: `-j ${owner}-${to}`, key: undefined },
  }));
  const names = [
    ...[...present, ...named].map((chain) => ({ chain, inKernel: `${owner}-${chain}` })),
    ...jumps.filter(({ from }) => isBuiltin(from)).map(({ from }) => ({ chain: undefined, inKernel: from })),
  ];
  return new Map(
    names.map(({ chain, inKernel }) => [
      inKernel,
      () => [
        ...(chain === undefined ? [] : inOrder(slices.get(chain) ?? [])),
        ...jumps.filter(({ from }) => from === inKernel).map(({ rule }) => rule),
      ],
    ]),
  );
}

function inOrder(placed: readonly PlacedSlice[]): OurRule[] {
  return [...placed]
    .sort((one, other) => one.slice.rank - other.slice.rank || one.place - other.place)
    .flatMap(({ slice, key }) => slice.texts.map((text) => ({ text, key })));
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
