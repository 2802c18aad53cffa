import { InvalidArgumentError } from 'netdev-core';
import type { FaultMode } from '../faults.js';
import { type IptablesRule, isSameRule, renderRule } from './iptables-rule.js';

/** How a chain is meant: wrapped ones carry the binary name. Left out: wrapped. */
export interface ChainOptions {
  wrap?: boolean;
}

/** How a rule is meant. */
export interface RuleOptions extends ChainOptions {
  /** Comes before the rules that are not. Left out: no. */
  top?: boolean;
}

/** One table of chains and rules in memory; its manager's `apply` brings it to the kernel. */
export class IptablesTable {
  rules: IptablesRule[] = [];
  readonly chains = new Set<string>();
  readonly unwrappedChains = new Set<string>();
  /** Unwrapped chains and rules that the kernel may still have. */
  readonly removedChains = new Set<string>();
  removedRules: IptablesRule[] = [];
  dirty = true;
  readonly #binaryName: string;
  readonly #faults: FaultMode;

  constructor(binaryName: string, faults: FaultMode = 'mend') {
    this.#binaryName = binaryName;
    this.#faults = faults;
  }

  hasChain(name: string, { wrap = true }: ChainOptions = {}): boolean {
    return this.#chainsOf(wrap).has(name);
  }

  /** Makes a chain; one that is there stays as it is. */
  addChain(name: string, { wrap = true }: ChainOptions = {}): void {
    this.#chainsOf(wrap).add(name);
    this.dirty = true;
  }

  /** Removes a chain, its rules and the jumps to it. A chain that is not there is no error. */
  removeChain(name: string, { wrap = true }: ChainOptions = {}): void {
    if (!this.#chainsOf(wrap).delete(name)) return;
    this.dirty = true;
    const target = wrap ? `${this.#binaryName}-${name}` : name;
    // The name alone counts, as it did: rules of a chain of the other kind with the same name go too.
    const goes = (rule: IptablesRule): boolean => rule.chain === name || this.#jumpsTo(rule, target);
    if (!wrap) {
      this.removedChains.add(name);
      // In the order in which an apply looks for them: the chain's own before the jumps to it.
      this.removedRules.push(
        ...this.rules.filter((rule) => rule.chain === name),
        ...this.rules.filter((rule) => rule.chain !== name && this.#jumpsTo(rule, target)),
      );
    }
    this.rules = this.rules.filter((rule) => !goes(rule));
  }

  /**
   * Adds a rule; `$name` as a word stands for the wrapped chain of that name. A rule that is there
   * already is not added twice.
   *
   * @throws InvalidArgumentError for a wrapped chain that was not made
   */
  addRule(chain: string, rule: string, { wrap = true, top = false }: RuleOptions = {}): void {
    if (wrap && !this.chains.has(chain))
      throw new InvalidArgumentError('chain', chain, 'a chain of this table');
    const words = rule.split(' ');
    const text = words.map((word) => (word.startsWith('$') ? `${this.#binaryName}-${word.slice(1)}` : word));
    const added: IptablesRule = { chain, rule: text.join(' '), wrap, top };
    if (this.rules.some((present) => isSameRule(present, added))) return;
    this.rules.push(added);
    this.dirty = true;
  }

  /** Removes a rule that is written as it was kept: `$name` is not expanded. One that is not there is no error. */
  removeRule(chain: string, rule: string, { wrap = true, top = false }: RuleOptions = {}): void {
    const removed: IptablesRule = { chain, rule, wrap, top };
    const index = this.rules.findIndex((present) => isSameRule(present, removed));
    if (index === -1) return;
    this.rules.splice(index, 1);
    if (!wrap) this.removedRules.push(removed);
    this.dirty = true;
  }

  /** Removes the rules whose text (`[0:0] -A chain …`) matches from its start; answers how many they were. */
  removeRulesRegex(pattern: string | RegExp): number {
    const { source, flags } = typeof pattern === 'string' ? { source: pattern, flags: '' } : pattern;
    const fromStart = new RegExp(`^(?:${source})`, flags.replace(/[gy]/g, ''));
    const kept = this.rules.filter((rule) => !fromStart.test(renderRule(rule, this.#binaryName)));
    const removed = this.rules.length - kept.length;
    this.rules = kept;
    if (removed > 0) this.dirty = true;
    return removed;
  }

  /** Removes all rules of a chain, and keeps the chain. */
  emptyChain(chain: string, { wrap = true }: ChainOptions = {}): void {
    const kept = this.rules.filter((rule) => rule.chain !== chain || rule.wrap !== wrap);
    if (kept.length !== this.rules.length) this.dirty = true;
    this.rules = kept;
  }

  #chainsOf(wrap: boolean): Set<string> {
    return wrap ? this.chains : this.unwrappedChains;
  }

  #jumpsTo({ rule }: IptablesRule, target: string): boolean {
    if (this.#faults === 'keep') return rule.includes(`-j ${target}`);
    const words = rule.split(/\s+/);
    return words.some(
      (word, index) => word === target && /^(?:-j|-g|--jump|--goto)$/.test(words[index - 1] ?? ''),
    );
  }
}
