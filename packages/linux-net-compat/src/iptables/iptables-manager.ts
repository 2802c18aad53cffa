import { PlatformError } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { execute } from '../execute.js';
import { createLock } from '../lock.js';
import { diffTable } from './diff-table.js';
import { type EditedTable, editTable } from './edit-table.js';
import { IptablesTable } from './iptables-table.js';

/** The tables that the original filled; it made `nat` and `mangle` for IPv4 only. */
export interface IptablesTables {
  filter: IptablesTable;
  nat: IptablesTable;
  mangle: IptablesTable;
}

const ATTEMPTS = 5;

/**
 * The rules of one binary name in the order of chains that the original's users know: own chains in
 * front of every built-in one, `nova-filter-top` before them and `nova-postrouting-bottom` behind,
 * both shared between binary names.
 */
export class IptablesManager {
  readonly ipv4: IptablesTables;
  readonly ipv6: Pick<IptablesTables, 'filter'>;
  readonly #context: LinuxNetContext;
  readonly #lock = createLock();
  #deferred = false;

  constructor(context: LinuxNetContext) {
    this.#context = context;
    const table = (): IptablesTable => new IptablesTable(context.binaryName, context.faults);
    this.ipv4 = { filter: table(), nat: table(), mangle: table() };
    this.ipv6 = { filter: table() };
    fillFilter(this.ipv4.filter);
    fillFilter(this.ipv6.filter);
    fillNat(this.ipv4.nat);
    addBuiltin(this.ipv4.mangle, ['POSTROUTING']);
  }

  /** Whether an apply has something to do; IPv6 counts with `use_ipv6` only. */
  dirty(): boolean {
    return this.#families().some(({ tables }) => tables.some(({ table }) => table.dirty));
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
   * @throws CommandError when iptables refuses, PlatformError for output that is not a table
   */
  async apply(): Promise<void> {
    if (this.#deferred) return;
    await this.#lock(async () => {
      if (!this.dirty()) return;
      for (const family of this.#families()) await this.#applyFamily(family);
    });
  }

  #families(): Family[] {
    const { filter, nat, mangle } = this.ipv4;
    const v4: Family = {
      tool: 'iptables',
      tables: [
        { name: 'filter', table: filter },
        { name: 'nat', table: nat },
        { name: 'mangle', table: mangle },
      ],
    };
    const v6: Family = { tool: 'ip6tables', tables: [{ name: 'filter', table: this.ipv6.filter }] };
    return this.#context.conf.use_ipv6 ? [v4, v6] : [v4];
  }

  async #applyFamily({ tool, tables }: Family): Promise<void> {
    const { conf, binaryName, faults } = this.#context;
    const saved = await execute(this.#context, [`${tool}-save`, '-c'], { attempts: ATTEMPTS });
    const lines = saved.stdout.split('\n');
    const input: string[] = [];
    const edits: { table: IptablesTable; edited: EditedTable }[] = [];
    for (const { name, table } of tables) {
      const current = findTable(lines, name, tool);
      const edited = editTable(current, table, name, {
        binaryName,
        faults,
        topRegex: conf.iptables_top_regex,
        bottomRegex: conf.iptables_bottom_regex,
      });
      input.push(...diffTable(name, current, edited.lines));
      edits.push({ table, edited });
      if (faults === 'keep') settleKept(table, edited);
    }
    if (input.length > 0) {
      const stdin = `${input.join('\n')}\n`;
      await execute(this.#context, [`${tool}-restore`, '-c', '--noflush'], { stdin, attempts: ATTEMPTS });
    }
    if (faults === 'mend') for (const { table } of edits) settle(table);
  }
}

interface Family {
  tool: 'iptables' | 'ip6tables';
  tables: { name: string; table: IptablesTable }[];
}

/** The lines of one table with the comment before and the line behind it; none when it is not there. */
function findTable(lines: readonly string[], name: string, tool: string): string[] {
  const head = lines.indexOf(`*${name}`);
  if (lines.length < 3 || head === -1) return [];
  const rest = lines.slice(head - 1);
  const commit = rest.indexOf('COMMIT');
  if (commit !== -1) return rest.slice(0, commit + 2);
  throw new PlatformError({
    operation: 'read rules',
    object: `table ${name}`,
    detail: `${tool}-save printed no COMMIT for it, or no comment before the first table`,
  });
}

function settle(table: IptablesTable): void {
  table.dirty = false;
  table.removedChains.clear();
  table.removedRules = [];
}

/** As the original left a table: clean before the restore, and with every second removal not found. */
function settleKept(table: IptablesTable, { foundRules }: EditedTable): void {
  table.dirty = false;
  table.removedChains.clear();
  table.removedRules = table.removedRules
    .filter((rule) => !foundRules.has(rule))
    .filter((_, index) => index % 2 === 1);
}

function fillFilter(filter: IptablesTable): void {
  filter.addChain('nova-filter-top', { wrap: false });
  filter.addRule('FORWARD', '-j nova-filter-top', { wrap: false, top: true });
  filter.addRule('OUTPUT', '-j nova-filter-top', { wrap: false, top: true });
  filter.addChain('local');
  filter.addRule('nova-filter-top', '-j $local', { wrap: false });
  addBuiltin(filter, ['INPUT', 'OUTPUT', 'FORWARD']);
}

function fillNat(nat: IptablesTable): void {
  addBuiltin(nat, ['PREROUTING', 'OUTPUT', 'POSTROUTING']);
  nat.addChain('nova-postrouting-bottom', { wrap: false });
  nat.addRule('POSTROUTING', '-j nova-postrouting-bottom', { wrap: false });
  nat.addChain('snat');
  nat.addRule('nova-postrouting-bottom', '-j $snat', { wrap: false });
  nat.addChain('float-snat');
  nat.addRule('snat', '-j $float-snat');
}

function addBuiltin(table: IptablesTable, chains: readonly string[]): void {
  for (const chain of chains) {
    table.addChain(chain);
    table.addRule(chain, `-j $${chain}`, { wrap: false });
  }
}
