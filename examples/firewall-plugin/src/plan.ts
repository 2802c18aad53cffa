import { type Book, nameOf, type Rule, type Touched } from './book.js';
import type { Chain, Element, Lookup, TableFamily } from './entry.js';

/** What the kernel is known to have: chains with the marks of their rules, sets with their elements. */
export interface KnownTable {
  chains: Map<string, readonly string[]>;
  sets: Map<string, Map<string, string>>;
}

export type Known = ReadonlyMap<TableFamily, KnownTable>;

/** How one table gets from what it is known to hold to what is wanted of it. */
export interface TablePlan {
  table: TableFamily;
  /** Whether the whole table comes, or goes. */
  makes: boolean;
  drops: boolean;
  newChains: Chain[];
  newLookups: Lookup[];
  /** Chains that get all their rules anew: one for each lookup, so never many. */
  rewritten: { chain: string; rules: Rule[] }[];
  removed: { set: string; elements: Element[] }[];
  added: { set: string; elements: Element[] }[];
  goneSets: string[];
  goneChains: string[];
  /** Elements that come and go, also with their set or table. */
  counts: { added: number; removed: number };
}

/** The plan for one table; `undefined` when it is as it should be. Looks at nothing but what was touched. */
export function planTable(
  table: TableFamily,
  book: Book,
  known: Known,
  touched: Touched,
): TablePlan | undefined {
  const present = known.get(table);
  if (!book.isUsed(table)) {
    if (present === undefined) return undefined;
    const removed = [...present.sets.values()].reduce((sum, elements) => sum + elements.size, 0);
    return { ...emptyPlan(table), drops: true, counts: { added: 0, removed } };
  }
  const plan = emptyPlan(table);
  plan.makes = present === undefined;
  const { chains, keys } = present === undefined ? book.everything(table) : touched;
  for (const [set, ofSet] of keys) {
    if (set.startsWith(`${table} `)) planElements(plan, set, { book, present, keys: ofSet });
  }
  for (const chain of chains) {
    if (chain.startsWith(`${table} `)) planChain(plan, chain, book, present);
  }
  return isEmpty(plan) ? undefined : plan;
}

function planElements(
  plan: TablePlan,
  name: string,
  { book, present, keys }: { book: Book; present: KnownTable | undefined; keys: ReadonlySet<string> },
): void {
  const set = bare(name);
  const lookup = book.lookup(name);
  const had = present?.sets.get(set);
  if (lookup === undefined) {
    if (had === undefined) return;
    plan.goneSets.push(set);
    plan.counts.removed += had.size;
    return;
  }
  if (had === undefined) plan.newLookups.push(lookup);
  const removed: Element[] = [];
  const added: Element[] = [];
  for (const key of keys) {
    const before = had?.get(key);
    const value = book.valueOf(name, key);
    if (before === value) continue;
    if (before !== undefined) removed.push({ key, value: before });
    if (value !== undefined) added.push({ key, value });
  }
  if (removed.length > 0) plan.removed.push({ set, elements: removed });
  if (added.length > 0) plan.added.push({ set, elements: added });
  plan.counts.removed += removed.length;
  plan.counts.added += added.length;
}

function planChain(plan: TablePlan, name: string, book: Book, present: KnownTable | undefined): void {
  const chain = book.chain(name);
  const marks = present?.chains.get(bare(name));
  if (chain === undefined) {
    if (marks !== undefined) plan.goneChains.push(bare(name));
    return;
  }
  if (marks === undefined) plan.newChains.push(chain);
  const rules = book.rulesOf(name);
  if (rules.map(({ mark }) => mark).join() === (marks ?? []).join()) return;
  plan.rewritten.push({ chain: bare(name), rules });
}

/** Everything that is wanted, and everything that the kernel was found to have. */
export function touchAll(table: TableFamily, book: Book, known: Known): Touched {
  const touched = book.everything(table);
  const present = known.get(table);
  for (const name of present?.chains.keys() ?? []) touched.chains.add(nameOf({ table, name }));
  for (const [name, elements] of present?.sets ?? []) {
    const keys = touched.keys.get(nameOf({ table, name })) ?? new Set();
    touched.keys.set(nameOf({ table, name }), keys);
    for (const key of elements.keys()) keys.add(key);
  }
  return touched;
}

/** Notes that a plan was carried out. */
export function commitPlan(plan: TablePlan, known: Map<TableFamily, KnownTable>): void {
  if (plan.drops) {
    known.delete(plan.table);
    return;
  }
  const present = known.get(plan.table) ?? { chains: new Map(), sets: new Map() };
  known.set(plan.table, present);
  for (const { name } of plan.newChains) present.chains.set(name, []);
  for (const { chain, rules } of plan.rewritten)
    present.chains.set(
      chain,
      rules.map(({ mark }) => mark),
    );
  for (const { name } of plan.newLookups) present.sets.set(name, new Map());
  for (const { set, elements } of plan.removed)
    for (const { key } of elements) present.sets.get(set)?.delete(key);
  for (const { set, elements } of plan.added)
    for (const { key, value } of elements) present.sets.get(set)?.set(key, value);
  for (const set of plan.goneSets) present.sets.delete(set);
  for (const chain of plan.goneChains) present.chains.delete(chain);
}

function emptyPlan(table: TableFamily): TablePlan {
  return {
    table,
    makes: false,
    drops: false,
    newChains: [],
    newLookups: [],
    rewritten: [],
    removed: [],
    added: [],
    goneSets: [],
    goneChains: [],
    counts: { added: 0, removed: 0 },
  };
}

function isEmpty(plan: TablePlan): boolean {
  return !plan.makes && Object.values(plan).every((value) => !Array.isArray(value) || value.length === 0);
}

function bare(name: string): string {
  return name.slice(name.indexOf(' ') + 1);
}
