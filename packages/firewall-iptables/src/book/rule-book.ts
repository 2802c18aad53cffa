import {
  type FrameChain,
  frameJumps,
  framePresent,
  frameRuleCount,
  frameRules,
  isOfFrame,
} from '../intents/frame.js';
import { pageName, wholeOf } from '../intents/page-names.js';
import {
  type ChainRef,
  type RenderedGroup,
  type RenderedRule,
  type RuleSlice,
  samePosition,
  sliceRules,
} from '../intents/rendered-rule.js';
import type { GuestRule, WantedTable } from '../ruleset/wanted-table.js';
import { type Family, families } from '../tools/family.js';
import { type BookChange, type ChangeLog, createChangeLog } from './book-change.js';
import { createPagedChain, type PagedChain } from './paged-chain.js';

/** A group, and where it stands among the others. */
export interface PlacedGroup {
  /** Groups come in the order of these numbers; smaller than 2 ** 40. */
  place: number;
  rendered: RenderedGroup;
  /** What the pages are called by that it begins in chains of the frame (see `page-names.ts`). Left out: it begins none. */
  mark?: string | undefined;
}

/** More than there will ever be groups: the places of one rank are between two multiples of it. */
const PLACES = 2 ** 40;

const nothing: RenderedGroup = { slices: [], chains: [] };

/**
 * All rules of all groups, by the chains that they stand in. Those of the frame are divided into pages. Where a group changes, what it costs to find the steps for
 * the kernel depends on that group alone.
 */
export interface RuleBook {
  /** Adds a group, replaces it, or with `undefined` takes it out. */
  put(key: string, group: PlacedGroup | undefined): void;
  /** The same for several, as steps for a kernel that has what is in the book. */
  change(groups: Iterable<readonly [key: string, group: PlacedGroup | undefined]>): BookChange;
  /** The tables that hold something, as `ipv4 filter`. */
  places(): string[];
  /** One table as it is to be. */
  wanted(family: Family, table: string): WantedTable;
}

interface TableBook {
  chains: Map<string, PagedChain>;
  /** How many groups name each chain that is not of the frame. */
  named: Map<string, number>;
}

/**
 * @param owner the mark that the names of the chains begin with
 * @param standing rules of no group, for chains that groups name
 */
export function createRuleBook(owner: string, standing: readonly RenderedRule[] = []): RuleBook {
  const tables: Readonly<Record<Family, Map<string, TableBook>>> = {
    ipv4: new Map(),
    ipv6: new Map(),
    bridge: new Map(),
  };
  const groups = new Map<string, PlacedGroup>();
  const inKernel = (chain: string): string => `${owner}-${chain}`;
  const wholeInKernel = (chain: string): string =>
    chain.startsWith(inKernel('')) ? inKernel(wholeOf(chain.slice(inKernel('').length))) : chain;

  const tableOf = ({ family, table }: Omit<ChainRef, 'chain'>): TableBook => {
    const present = tables[family].get(table);
    if (present !== undefined) return present;
    const made: TableBook = { chains: new Map(), named: new Map() };
    tables[family].set(table, made);
    return made;
  };
  const chainOf = (ref: ChainRef): PagedChain => {
    const { chains } = tableOf(ref);
    const present = chains.get(ref.chain);
    if (present !== undefined) return present;
    const made = createPagedChain(ref.chain, inKernel);
    chains.set(ref.chain, made);
    return made;
  };
  const framed = (table: TableBook): FrameChain[] =>
    framePresent((chain) => (table.chains.get(chain)?.size ?? 0) > frameRuleCount(chain));
  const isThere = ({ chain, ...ref }: ChainRef): boolean => {
    const table = tableOf(ref);
    const whole = wholeOf(chain);
    if (!isOfFrame(whole)) return table.named.has(chain);
    const isWhole = whole === chain;
    return framed(table).includes(whole) && (isWhole || table.chains.get(whole)?.hasPage(chain) === true);
  };

  const write = (
    { place, mark }: Omit<PlacedGroup, 'rendered'>,
    before: RenderedGroup,
    after: RenderedGroup,
    log?: ChangeLog,
  ): void => {
    for (const ref of [...before.chains, ...after.chains]) log?.note(ref);
    for (const ref of before.chains) count(tableOf(ref).named, ref.chain, -1);
    for (const ref of after.chains) count(tableOf(ref).named, ref.chain, 1);
    const writeSlice = (slice: RuleSlice, texts: readonly string[]): void => {
      const chain = chainOf(slice);
      const entry = [slice.rank * PLACES + place, texts] as const;
      const page = mark !== undefined && isOfFrame(slice.chain) ? pageName(slice, mark) : undefined;
      if (log === undefined) {
        chain.put(entry, page);
      } else {
        log.note(slice);
        if (page !== undefined) log.note({ ...slice, chain: page });
        for (const { chain: name, ...edit } of chain.edit(entry, page))
          log.add({ ...slice, chain: name }, edit);
      }
    };
    for (const slice of after.slices) writeSlice(slice, slice.texts);
    for (const old of before.slices)
      if (!after.slices.some((slice) => samePosition(old, slice))) writeSlice(old, []);
  };

  const put = (key: string, group: PlacedGroup | undefined, log?: ChangeLog): void => {
    const present = groups.get(key);
    if (present === group) return;
    if (present !== undefined && present.place !== group?.place) {
      write(present, present.rendered, nothing, log);
      groups.delete(key);
    }
    if (group === undefined) return;
    write(group, groups.get(key)?.rendered ?? nothing, group.rendered, log);
    groups.set(key, group);
  };

  write({ place: 0 }, nothing, { slices: sliceRules([...frameRules(), ...standing]), chains: [] });

  return {
    put: (key, group) => put(key, group),

    change(changed) {
      const log = createChangeLog({ inKernel, isThere, wholeOf: wholeInKernel });
      for (const [key, group] of changed) put(key, group, log);
      return log.close();
    },

    places: () =>
      families.flatMap((family) =>
        [...tables[family]]
          .filter(([, table]) => framed(table).length > 0 || table.named.size > 0)
          .map(([table]) => `${family} ${table}`),
      ),

    wanted(family, table) {
      const book = tables[family].get(table) ?? { chains: new Map(), named: new Map() };
      const present = framed(book);
      const chains = new Map<string, string[]>();
      const guests = new Map<string, GuestRule[]>();
      for (const chain of [...present, ...book.named.keys()]) {
        chains.set(inKernel(chain), []);
        for (const [name, texts] of book.chains.get(chain)?.chains() ?? []) chains.set(inKernel(name), texts);
      }
      for (const { from, to, builtin } of frameJumps(present)) {
        const text = `-j ${inKernel(to)}`;
        if (builtin) guests.set(from, [...(guests.get(from) ?? []), { text, top: false }]);
        else chains.get(inKernel(from))?.push(text);
      }
      return {
        ...{ table, owner, chains, guests, wholeOf: wholeInKernel },
        ...{ shared: new Set(), removals: [], released: new Set() },
      };
    },
  };
}

function count(counts: Map<string, number>, name: string, change: number): void {
  const now = (counts.get(name) ?? 0) + change;
  if (now === 0) counts.delete(name);
  else counts.set(name, now);
}
