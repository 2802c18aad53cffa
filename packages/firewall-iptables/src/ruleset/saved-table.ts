import { PlatformError } from 'netdev-core';
import type { Dialect } from './render.js';

/** Packets and bytes, as iptables-save writes them: `[12:840]`. */
export interface Counters {
  packets: bigint;
  bytes: bigint;
}

export interface SavedRule {
  /** What follows the chain's name: `-s 10.0.0.0/24 -j ACCEPT`. */
  text: string;
  counters: Counters | undefined;
}

/** One table as the kernel has it. */
export interface SavedTable {
  /** The chains in their order; `-` and `RETURN` are the policies of chains that somebody made. */
  chains: ReadonlyMap<string, { policy: string; rules: readonly SavedRule[] }>;
  /** Whether it holds rules of nft(8) that iptables can neither show nor keep (xtables-nft(8)). */
  foreignToIptables?: boolean;
  /** Whether nothing stands before it in the text. */
  isFirstLine?: boolean;
}

export const emptyTable: SavedTable = { chains: new Map() };

/**
 * Reads what iptables-save(8), ip6tables-save or ebtables-save printed, with counters or without. A
 * table that is not in the text is one that nobody has used: the tools print none.
 *
 * @throws PlatformError for a table that stops half-way
 */
export function parseSavedTables(text: string, dialect: Dialect = 'iptables'): Map<string, SavedTable> {
  const tables = new Map<string, SavedTable>();
  let chains = new Map<string, { policy: string; rules: SavedRule[] }>();
  let open: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('*')) {
      assertEnded(open);
      const name = line.slice(1).trim();
      // ebtables-save ends its tables with a blank line only.
      open = dialect === 'iptables' ? name : undefined;
      chains = new Map();
      tables.set(name, index === 0 ? { chains, isFirstLine: true } : { chains });
    } else if (line.trimEnd() === 'COMMIT') {
      open = undefined;
    } else if (line.startsWith(':')) {
      const [name = '', policy = ''] = line.slice(1).trimEnd().split(' ');
      chains.set(name, { policy, rules: [] });
    } else if (line.startsWith('#')) {
      const incompatible = /^# Table `(\S+)' is incompatible/.exec(line)?.[1];
      if (incompatible !== undefined) tables.set(incompatible, { ...emptyTable, foreignToIptables: true });
    } else {
      const rule = readRule(line.trimEnd());
      if (rule !== undefined) chains.get(rule.chain)?.rules.push(rule.saved);
    }
  }
  assertEnded(open);
  return tables;
}

/** One line of a rule; found by its blanks, as there may be a million of them. */
function readRule(line: string): { chain: string; saved: SavedRule } | undefined {
  const isCounted = line.startsWith('[');
  const start = isCounted ? line.indexOf('] ') + 2 : 0;
  if (!line.startsWith('-A ', start)) return undefined;
  const nameStart = start + '-A '.length;
  const blank = line.indexOf(' ', nameStart);
  const nameEnd = blank < 0 ? line.length : blank;
  const counters = isCounted ? readCounters(line.slice(1, start - 2)) : undefined;
  return { chain: line.slice(nameStart, nameEnd), saved: { text: line.slice(nameEnd + 1), counters } };
}

const noPackets: Counters = { packets: 0n, bytes: 0n };

function readCounters(text: string): Counters {
  if (text === '0:0') return noPackets;
  const [packets = '', bytes = ''] = text.split(':');
  return { packets: BigInt(packets), bytes: BigInt(bytes) };
}

/** Half a table must not pass for a whole one: what is missing would be written anew. */
function assertEnded(table: string | undefined): void {
  if (table === undefined) return;
  throw new PlatformError({
    operation: 'read',
    object: `the ${table} table`,
    detail: 'what was printed of it stops before its COMMIT',
  });
}

/** A rule as iptables-save prints it: `[12:840] -A INPUT -j ACCEPT`. */
export function ruleLine(chain: string, { text, counters }: SavedRule): string {
  return `${bracketed(counters)} -A ${chain} ${text}`;
}

/** Counters as iptables-save writes them; those of a rule without any are nothing yet. */
export function bracketed(counters: Counters | undefined): string {
  return counters === undefined ? '[0:0]' : `[${counters.packets}:${counters.bytes}]`;
}

/** The chain that a rule goes to (`-j` or `-g`); `undefined` for one that only counts. */
export function targetOf(rule: string): string | undefined {
  return /(?:^| )(?:-j|-g|--jump|--goto) (\S+)/.exec(withoutQuoted(rule))?.[1];
}

/** Comments may hold anything, also what looks like a target. */
export function withoutQuoted(rule: string): string {
  return rule.includes('"') ? rule.replace(/"(?:[^"\\]|\\.)*"/g, '""') : rule;
}
