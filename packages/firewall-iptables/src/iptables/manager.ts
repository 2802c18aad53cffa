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

  constructor(owner: string, shared: SharedChains = sharedChainsOf(owner)) {
    this.ipv4 = createTables(owner);
    this.ipv6 = createTables(owner);
    for (const tables of [this.ipv4, this.ipv6]) addFilterChains(tables.filter, shared);
    addNatChains(this.ipv4.nat, shared);
    addBuiltinChains(this.ipv4.mangle, ['POSTROUTING']);
  }

  /** Whether anything changed since it was last applied. */
  get dirty(): boolean {
    return this.tables().some(({ table }) => table.dirty);
  }

  /** Every table with its family. */
  tables(): { family: IpFamily; table: IptablesTable }[] {
    return (['ipv4', 'ipv6'] as const).flatMap((family) =>
      Object.values(this[family]).map((table) => ({ family, table })),
    );
  }
}

/** Shared chains of an owner's own, for owners that share with nobody. */
function sharedChainsOf(owner: string): SharedChains {
  return { filterTop: `${owner}-filter-top`, postroutingBottom: `${owner}-post-bottom` };
}

function createTables(owner: string): IptablesTables {
  return {
    filter: new IptablesTable('filter', owner),
    nat: new IptablesTable('nat', owner),
    mangle: new IptablesTable('mangle', owner),
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
