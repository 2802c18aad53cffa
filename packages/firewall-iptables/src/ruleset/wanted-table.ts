import type { Jump } from './jumps.js';

/** One of our rules in a chain that others use too. */
export interface GuestRule {
  text: string;
  /**
   * Whether it is moved to the front of its chain even if the chain has it elsewhere. Without, a rule
   * that is there already stays where it is. Jumps to our own chains are at the front in any case.
   */
  top: boolean;
}

/** Rules of others that have to come before or behind ours, by their lines as iptables-save prints them. */
export interface ForeignOrder {
  first: RegExp | undefined;
  last: RegExp | undefined;
}

/** What one table is to hold of ours. */
export interface WantedTable {
  table: string;
  /** The owner's mark, which the names of our own chains begin with. */
  owner: string;
  /** Our own chains and their rules in order. */
  chains: ReadonlyMap<string, readonly string[]>;
  /** Chains that others may use too: made when missing, never emptied. */
  shared: ReadonlySet<string>;
  /** Our rules in chains that are not ours alone, in order. */
  guests: ReadonlyMap<string, readonly GuestRule[]>;
  /** Rules of chains that are not ours alone, to be taken out wherever they stand. */
  removals: readonly { chain: string; text: string }[];
  /** Shared chains that we have no more need of: removed, with the plain jumps to them, once they are empty. */
  released: ReadonlySet<string>;
  /** Of rules that were written by hand: the chains that they go to, by the chain that they are in. */
  jumps?: ReadonlyMap<string, readonly Jump[]> | undefined;
  /**
   * The chain that one of ours is a part of, by their names in the kernel: a rule that goes from one part to another keeps
   * its counters. Left out: each is for itself.
   */
  wholeOf?: ((chain: string) => string) | undefined;
  /** Left out: rules of others come behind ours. */
  foreignOrder?: ForeignOrder | undefined;
}

/** Whether a table is to hold anything of ours. */
export function isEmpty({ chains, shared, guests }: WantedTable): boolean {
  return chains.size === 0 && shared.size === 0 && [...guests.values()].every((rules) => rules.length === 0);
}
