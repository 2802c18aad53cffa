/** What one table is to hold of ours. */
export interface WantedTable {
  table: string;
  /** Our chains and their rules in order. */
  chains: ReadonlyMap<string, readonly string[]>;
  /** Our rules in chains that are not ours; they come before everybody else's, in this order. */
  front: ReadonlyMap<string, readonly string[]>;
  /** Rules of chains that are not ours, to be taken out wherever they stand. */
  removals: readonly { chain: string; text: string }[];
  /** Whether a chain is ours, also one that an earlier run left and nobody wants now. */
  isOwn(chain: string): boolean;
}

/** Whether a table is to hold anything of ours. */
export function isEmpty({ chains, front }: WantedTable): boolean {
  return chains.size === 0 && [...front.values()].every((rules) => rules.length === 0);
}
