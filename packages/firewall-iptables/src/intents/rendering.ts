import type { ChainRef, RenderedRule } from './rendered-rule.js';

/** What the rules of one owner have in common. */
export interface Ownership {
  /** The mark that the names of the chains begin with. */
  owner: string;
  /** The bit of a packet's mark that says, for a moment, that a rule of a security group allows it. */
  markBit: number;
}

/** A set of addresses or networks (ipset(8), `hash:net`), as one intent has to do with it. */
export interface SetUse {
  family: 'ipv4' | 'ipv6';
  /** Its name behind the owner's prefix. */
  name: string;
  /** Whether a rule of the intent names it: it exists as long as one does. */
  isNeeded: boolean;
  /** What the intent puts into it, as ipset(8) prints it. */
  members: readonly string[];
}

/** What an intent stands for in the kernel. */
export interface RenderedPart {
  rules: readonly RenderedRule[];
  chains: readonly ChainRef[];
  sets: readonly SetUse[];
}
