import type { ParsedRoutingRuleSpec } from 'netdev-core';

/**
 * What the operations of a batch are about, links aside, each by the words that make it one. What they are not about and
 * what they cannot have taken along is left alone when a batch is undone, whoever changed it meanwhile.
 */
export interface Touched {
  addresses: Set<string>;
  routes: Set<string>;
  neighbours: Set<string>;
  /** MAC addresses: that of one port of a bridge goes to another. */
  entries: Set<string>;
  rules: ParsedRoutingRuleSpec[];
  /** The numbers of links. */
  vlans: Set<number>;
}

export function nothingTouched(): Touched {
  return {
    addresses: new Set(),
    routes: new Set(),
    neighbours: new Set(),
    entries: new Set(),
    rules: [],
    vlans: new Set(),
  };
}

/** A link by its number, and what it has: an address with its prefix length, a neighbour's address, a MAC address. */
export function ofLink(index: number, what: string): string {
  return `${index} ${what}`;
}

export function inTable(table: number, destination: string): string {
  return `${table} ${destination}`;
}
