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
}

export const emptyTable: SavedTable = { chains: new Map() };

/**
 * Reads what iptables-save(8), ip6tables-save or ebtables-save printed, with counters or without. A
 * table that is not in the text is one that nobody has used: the tools print none.
 */
export function parseSavedTables(text: string): Map<string, SavedTable> {
  const tables = new Map<string, SavedTable>();
  let chains = new Map<string, { policy: string; rules: SavedRule[] }>();
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) {
      chains = new Map();
      tables.set(line.slice(1).trim(), { chains });
    } else if (line.startsWith(':')) {
      const [name = '', policy = ''] = line.slice(1).trimEnd().split(' ');
      chains.set(name, { policy, rules: [] });
    } else if (line.startsWith('#')) {
      const incompatible = /^# Table `(\S+)' is incompatible/.exec(line)?.[1];
      if (incompatible !== undefined) tables.set(incompatible, { ...emptyTable, foreignToIptables: true });
    } else {
      const rule = /^(?:\[(\d+):(\d+)\] )?-A (\S+) ?(.*)$/.exec(line.trimEnd());
      if (rule === null) continue;
      const [, packets, bytes, chain = '', ruleText = ''] = rule;
      const counters =
        packets === undefined ? undefined : { packets: BigInt(packets), bytes: BigInt(bytes ?? 0) };
      chains.get(chain)?.rules.push({ text: ruleText, counters });
    }
  }
  return tables;
}

/** The chain that a rule goes to (`-j` or `-g`); `undefined` for one that only counts. */
export function targetOf(rule: string): string | undefined {
  return /(?:^| )(?:-j|-g|--jump|--goto) (\S+)/.exec(withoutQuoted(rule))?.[1];
}

/** Comments may hold anything, also what looks like a target. */
function withoutQuoted(rule: string): string {
  return rule.includes('"') ? rule.replace(/"(?:[^"\\]|\\.)*"/g, '""') : rule;
}
