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
}

/**
 * Reads one table from what iptables-save(8), ip6tables-save or ebtables-save printed. A table that
 * is not in the text is empty: the tools print none that nobody has used.
 */
export function parseSavedTable(text: string, table: string): SavedTable {
  const chains = new Map<string, { policy: string; rules: SavedRule[] }>();
  let inside = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) inside = line.slice(1).trim() === table;
    else if (inside && line.startsWith(':')) {
      const [name = '', policy = ''] = line.slice(1).split(' ');
      chains.set(name, { policy, rules: [] });
    } else if (inside) {
      const rule = /^(?:\[(\d+):(\d+)\] )?-A (\S+) ?(.*)$/.exec(line.trimEnd());
      if (rule === null) continue;
      const [, packets, bytes, chain = '', ruleText = ''] = rule;
      const counters =
        packets === undefined ? undefined : { packets: BigInt(packets), bytes: BigInt(bytes ?? 0) };
      chains.get(chain)?.rules.push({ text: ruleText, counters });
    }
  }
  return { chains };
}

/** The chain that a rule goes to (`-j` or `-g`); `undefined` for one that only counts. */
export function targetOf(rule: string): string | undefined {
  return /(?:^| )(?:-j|-g|--jump|--goto) (\S+)/.exec(withoutQuoted(rule))?.[1];
}

/** Comments may hold anything, also what looks like a target. */
function withoutQuoted(rule: string): string {
  return rule.replace(/"(?:[^"\\]|\\.)*"/g, '""');
}
