import type { FreeBsdKernel } from '../kernel.js';
import type { NetworkInterface } from '../network-interface.js';
import type { Vnet } from '../vnet.js';

/** What one ifconfig works with, from left to right through its words. */
export interface Work {
  readonly argv: readonly string[];
  readonly kernel: FreeBsdKernel;
  readonly vnet: Vnet;
  readonly link: NetworkInterface;
  /** The words that are left. */
  readonly words: string[];
}

/** What a word does; it takes its operands from `words`. */
export type Word = (work: Work) => void;
