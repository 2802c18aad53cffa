import type { IpFamily } from 'netdev-core';
import type { FaultMode } from '../faults.js';
import type { ForeignOrder } from '../ruleset/wanted-table.js';
import { IptablesTable } from './table.js';

/** The names of the two chains that several owners share. */
export interface SharedChains {
  /** Comes first for forwarded and outgoing packets. */
  filterTop: string;
  /** Comes last for leaving packets, after everybody's translations of addresses. */
  postroutingBottom: string;
}

/** The tables of one family by their names. */
export type IptablesTables = Readonly<Record<'filter' | 'nat' | 'mangle', IptablesTable>>;

/** How the raw tables of a firewall are made. */
export interface RawTableOptions {
  owner: string;
  /** Left out: chains of the owner's own. */
  shared?: SharedChains | undefined;
  /**
   * Whether the IPv6 tables are written: `always` (the filter table with the chains that every owner has,
   * the others as soon as something was put into them), `never`, or, left out, all as soon as something
   * was put into one of them.
   */
  ipv6?: Ipv6Use | (() => Ipv6Use) | undefined;
  /** Left out: `mend`. */
  faults?: FaultMode | undefined;
  /** Which rules of others have to come before or behind ours, asked for at every apply. */
  foreignOrder?: (() => ForeignOrder | undefined) | undefined;
}

/** See {@link RawTableOptions.ipv6}. */
export type Ipv6Use = 'always' | 'never' | 'used';

/** One raw table with its family. */
export interface RawTable {
  family: IpFamily;
  table: IptablesTable;
}

/**
 * Raw chains and rules for IPv4 and IPv6, in the order of chains that legacy callers know:
 *
 * - `filter`: each of INPUT, OUTPUT, FORWARD jumps to the wrapped chain of its name; before them
 *   the shared top chain, and from it the wrapped `local`;
 * - `nat` (IPv4): PREROUTING, OUTPUT, POSTROUTING likewise; behind them the shared bottom chain,
 *   from it the wrapped `snat`, from it first `float-snat`;
 * - `mangle` (IPv4): POSTROUTING.
 *
 * It is plain state: the firewall manager that it belongs to writes it with `apply`.
 */
export class IptablesManager {
  readonly ipv4: IptablesTables;
  readonly ipv6: IptablesTables;
  /** Whether what is written holds the faults of the original. */
  readonly faults: FaultMode;
  readonly owner: string;
  readonly #shared: SharedChains;
  readonly #ipv6Use: () => Ipv6Use;
  /** The IPv6 tables' revisions with nothing in them but the chains that every owner has. */
  readonly #untouched = new Map<IptablesTable, number>();

  constructor(options: RawTableOptions) {
    this.#shared = options.shared ?? sharedChainsOf(options.owner);
    const { ipv6 = 'used' } = options;
    this.#ipv6Use = typeof ipv6 === 'function' ? ipv6 : () => ipv6;
    this.owner = options.owner;
    this.faults = options.faults ?? 'mend';
    this.ipv4 = createTables(options, 'ipv4');
    this.ipv6 = createTables(options, 'ipv6');
    this.#addInitialChains();
  }

  /** Whether anything that would be written changed since it was last applied. */
  get dirty(): boolean {
    return this.tables().some(({ table }) => table.dirty);
  }

  /** The tables that are written, with their families. */
  tables(): RawTable[] {
    const ipv6 = listOf(this.ipv6, 'ipv6');
    const touched = ipv6.filter(({ table }) => table.revision !== this.#untouched.get(table));
    const always = ipv6.filter((each) => each.table === this.ipv6.filter || touched.includes(each));
    const written = { never: [], used: touched.length > 0 ? ipv6 : [], always };
    return [...listOf(this.ipv4, 'ipv4'), ...written[this.#ipv6Use()]];
  }

  /** Puts everything back to the chains that every owner has. */
  reset(): void {
    for (const { table } of [...listOf(this.ipv4, 'ipv4'), ...listOf(this.ipv6, 'ipv6')]) table.reset();
    this.#addInitialChains();
  }

  #addInitialChains(): void {
    for (const tables of [this.ipv4, this.ipv6]) addFilterChains(tables.filter, this.#shared);
    addNatChains(this.ipv4.nat, this.#shared);
    addBuiltinChains(this.ipv4.mangle, ['POSTROUTING']);
    for (const table of Object.values(this.ipv6)) this.#untouched.set(table, table.revision);
  }
}

function listOf(tables: IptablesTables, family: IpFamily): RawTable[] {
  return Object.values(tables).map((table) => ({ family, table }));
}

/** Shared chains of an owner's own, for owners that share with nobody. */
function sharedChainsOf(owner: string): SharedChains {
  return { filterTop: `${owner}-filter-top`, postroutingBottom: `${owner}-post-bottom` };
}

function createTables({ owner, faults, foreignOrder }: RawTableOptions, family: IpFamily): IptablesTables {
  const table = (name: string) => new IptablesTable(name, owner, { family, faults, foreignOrder });
  return { filter: table('filter'), nat: table('nat'), mangle: table('mangle') };
}

function addFilterChains(filter: IptablesTable, { filterTop }: SharedChains): void {
  filter.addChain(filterTop, { wrap: false });
  filter.addRule('FORWARD', `-j ${filterTop}`, { wrap: false, top: true });
  filter.addRule('OUTPUT', `-j ${filterTop}`, { wrap: false, top: true });
  filter.addChain('local');
  filter.addRule(filterTop, '-j $local', { wrap: false });
  addBuiltinChains(filter, ['INPUT', 'OUTPUT', 'FORWARD']);
}

function addNatChains(nat: IptablesTable, { postroutingBottom }: SharedChains): void {
  addBuiltinChains(nat, ['PREROUTING', 'OUTPUT', 'POSTROUTING']);
  nat.addChain(postroutingBottom, { wrap: false });
  nat.addRule('POSTROUTING', `-j ${postroutingBottom}`, { wrap: false });
  nat.addChain('snat');
  nat.addRule(postroutingBottom, '-j $snat', { wrap: false });
  nat.addChain('float-snat');
  nat.addRule('snat', '-j $float-snat');
}

function addBuiltinChains(table: IptablesTable, names: readonly string[]): void {
  for (const name of names) {
    table.addChain(name);
    table.addRule(name, `-j $${name}`, { wrap: false });
  }
}
