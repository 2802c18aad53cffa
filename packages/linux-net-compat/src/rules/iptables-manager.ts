import type { IptablesTable, IptablesManager as RawTables } from 'firewall-iptables';
import type { FirewallManager } from 'netdev-core';

/** The tables that the original filled; it made `nat` and `mangle` for IPv4 only. */
export interface IptablesTables {
  filter: IptablesTable;
  nat: IptablesTable;
  mangle: IptablesTable;
}

/**
 * The rules of one binary name in the order of chains that the original's users know: own chains in
 * front of every built-in one, `nova-filter-top` before them and `nova-postrouting-bottom` behind,
 * both shared between binary names. The tables are state in memory; {@link apply} writes them.
 */
export class IptablesManager {
  readonly ipv4: IptablesTables;
  readonly ipv6: Pick<IptablesTables, 'filter'>;
  readonly #tables: RawTables;
  readonly #firewall: () => Promise<Pick<FirewallManager, 'apply'>>;
  #deferred = false;

  /** @param firewall the one that the tables belong to; asked for when there is something to write */
  constructor(tables: RawTables, firewall: () => Promise<Pick<FirewallManager, 'apply'>>) {
    this.#tables = tables;
    this.#firewall = firewall;
    this.ipv4 = tables.ipv4;
    this.ipv6 = { filter: tables.ipv6.filter };
  }

  /** Whether an apply has something to do; IPv6 counts with `use_ipv6` only. */
  dirty(): boolean {
    return this.#tables.dirty;
  }

  /** From here on `apply` does nothing until {@link deferApplyOff}. */
  deferApplyOn(): void {
    this.#deferred = true;
  }

  /** Ends the deferral and applies what has gathered. */
  async deferApplyOff(): Promise<void> {
    this.#deferred = false;
    await this.apply();
  }

  /**
   * Brings the kernel's tables to what memory says, if anything changed.
   *
   * @throws PlatformError when iptables refuses, or for output that is not a table
   */
  async apply(): Promise<void> {
    if (this.#deferred || !this.dirty()) return;
    const firewall = await this.#firewall();
    await firewall.apply();
  }
}
