import type { Direction } from '../names.js';

/**
 * What a group's anchors are sorted by: the classes, in the order in which pf is to meet them. In translation the first
 * rule that matches counts, and so does the first `quick` one in filtering.
 */
export const classes = {
  /** Frames and packets that nobody may send by a port. */
  frames: 'a',
  /** What bridges that are open from and to some devices tag: before what other bridges tag, and what any refuse. */
  limitedPolicy: 'b',
  /** What forward policies tag and refuse. */
  policy: 'c',
  guest: 'd',
  acceptInput: 'e',
  /** What guests send to their neighbours' outer addresses: no exception is for it. One port before all of an address. */
  portHairpin: 'f',
  floatingHairpin: 'g',
  noNat: 'h',
  /** One port of an address: before all of it. */
  ports: 'i',
  floating: 'j',
  sourceNat: 'k',
  /** What forward policies let through. */
  through: 'l',
} as const;

export type SliceClass = keyof typeof classes;

/** Rules of one anchor, by the parts of its text. */
export interface Slice {
  /** Whose anchor it is: a class of the group's, or rules of a security group. */
  of: { class: SliceClass } | { securityGroup: string; direction: Direction };
  ether: readonly string[];
  translation: readonly string[];
  filter: readonly string[];
  /** The addresses of each table. */
  tables: ReadonlyMap<string, readonly string[]>;
}

/** What one intent adds to the anchor of a class. */
export interface Part {
  class: SliceClass;
  ether?: readonly string[];
  translation?: readonly string[];
  filter?: readonly string[];
  tables?: readonly (readonly [name: string, addresses: readonly string[]])[];
}
