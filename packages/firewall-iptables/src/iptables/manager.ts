import type { IpFamily } from 'netdev-core';
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
   * Whether the IPv6 tables are written: `always` (the chains that every owner has included), `never`,
   * or, left out, as soon as something was put into them.
   */
  ipv6?: 'always' | 'never' | 'used' | undefined;
}

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
  readonly #shared: SharedChains;
  readonly #ipv6Use: 'always' | 'never' | 'used';
  #untouchedIpv6 = 0;

  constructor({ owner, shared, ipv6 = 'used' }: RawTableOptions) {
    this.#shared = shared ?? sharedChainsOf(owner);
    this.#ipv6Use = ipv6;
    this.ipv4 = createTables(owner, 'ipv4');
    this.ipv6 = createTables(owner, 'ipv6');
    this.#addInitialChains();
  }

  /** Whether anything that would be written changed since it was last applied. */
  get dirty(): boolean {
    return this.tables().some(({ table }) => table.dirty);
  }

  /** The tables that are written, with their families. */
  tables(): RawTable[] {
    return usesIpv6(this.#ipv6Use, this.#revisionOfIpv6() !== this.#untouchedIpv6)
      ? [...listOf(this.ipv4, 'ipv4'), ...listOf(this.ipv6, 'ipv6')]
      : listOf(this.ipv4, 'ipv4');
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
    this.#untouchedIpv6 = this.#revisionOfIpv6();
  }

  #revisionOfIpv6(): number {
    return Object.values(this.ipv6).reduce((total, { revision }) => total + revision, 0);
  }
}

function usesIpv6(use: 'always' | 'never' | 'used', touched: boolean): boolean {
  return use === 'always' || (use === 'used' && touched);
}

function listOf(tables: IptablesTables, family: IpFamily): RawTable[] {
  return Object.values(tables).map((table) => ({ family, table }));
}

/** Shared chains of an owner's own, for owners that share with nobody. */
function sharedChainsOf(owner: string): SharedChains {
  return { filterTop: `${owner}-filter-top`, postroutingBottom: `${owner}-post-bottom` };
}

function createTables(owner: string, family: IpFamily): IptablesTables {
  return {
    filter: new IptablesTable('filter', owner, family),
    nat: new IptablesTable('nat', owner, family),
    mangle: new IptablesTable('mangle', owner, family),
  };
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
