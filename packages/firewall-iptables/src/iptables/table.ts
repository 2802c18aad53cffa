import { InvalidArgumentError } from 'netdev-core';
import type { WantedTable } from '../ruleset/wanted-table.js';
import { CHAIN_MAX, parseChainName, parseRuleText, WRAPPED_CHAIN_MAX } from './rule-text.js';

/** How a chain or rule is meant. */
export interface WrapOption {
  /** Whether the chain is one of ours, with the owner's prefix. Left out: yes. */
  wrap?: boolean;
}

/** A rule as it was added. */
export interface IptablesRule {
  chain: string;
  /** What follows the chain's name, with `$chain` targets written out. */
  text: string;
  wrap: boolean;
  /** Comes before the rules of its chain that are not. */
  top: boolean;
}

/**
 * One table of raw chains and rules, in memory. Chains are *wrapped* (they get the owner's prefix,
 * so that they are told from everybody else's) unless said otherwise; a rule in a chain that nobody
 * made here, `FORWARD` say, is put before the rules of others there. `$name` in a rule stands for
 * the wrapped chain of that name.
 */
export class IptablesTable {
  readonly name: string;
  readonly #owner: string;
  readonly #chains = new Set<string>();
  readonly #unwrapped = new Set<string>();
  #rules: IptablesRule[] = [];
  #removals: IptablesRule[] = [];
  #revision = 1;
  #cleanRevision = 0;

  constructor(name: string, owner: string) {
    this.name = name;
    this.#owner = owner;
  }

  /** The wrapped chains by their own part of the name. */
  get chains(): ReadonlySet<string> {
    return this.#chains;
  }

  get unwrappedChains(): ReadonlySet<string> {
    return this.#unwrapped;
  }

  get rules(): readonly IptablesRule[] {
    return this.#rules;
  }

  /** Whether anything changed since {@link markClean}. */
  get dirty(): boolean {
    return this.#revision !== this.#cleanRevision;
  }

  /** Counts the changes, so that one made while another is written is not taken for written. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Called once the kernel has what this table said at a revision; left out: what it says now. What
   * had to be removed is gone then.
   */
  markClean(revision = this.#revision): void {
    this.#cleanRevision = revision;
    if (revision === this.#revision) this.#removals = [];
  }

  /** Makes a chain; one that is there stays as it is. */
  addChain(name: string, { wrap = true }: WrapOption = {}): void {
    const chain = this.#chainPart(name, wrap);
    const set = wrap ? this.#chains : this.#unwrapped;
    if (set.has(chain)) return;
    set.add(chain);
    this.#revision += 1;
  }

  /** Removes a chain with its rules and the rules that jump to it; a chain that is not there is no error. */
  removeChain(name: string, { wrap = true }: WrapOption = {}): void {
    const chain = this.#chainPart(name, wrap);
    const set = wrap ? this.#chains : this.#unwrapped;
    if (!set.delete(chain)) return;
    const full = this.#fullName(chain, wrap);
    const isGone = (rule: IptablesRule): boolean => this.#chainOf(rule) === full || jumpsTo(rule.text, full);
    this.#removals.push(...this.#rules.filter((rule) => isGone(rule) && !rule.wrap));
    this.#rules = this.#rules.filter((rule) => !isGone(rule));
    this.#revision += 1;
  }

  /**
   * Adds a rule at the end of its chain, or among the first with `top`. A rule that is there already
   * is not added twice.
   *
   * @throws InvalidArgumentError for a wrapped chain that was not made
   */
  addRule(
    chain: string,
    rule: string,
    { wrap = true, top = false }: WrapOption & { top?: boolean } = {},
  ): void {
    const added = this.#ruleOf(chain, rule, wrap, top);
    if (wrap && !this.#chains.has(added.chain))
      throw new InvalidArgumentError('chain', chain, 'a chain of this table');
    if (this.#rules.some((present) => isSame(present, added))) return;
    this.#rules.push(added);
    this.#revision += 1;
  }

  /** Removes a rule; answers whether it was there. One in a chain of others is also removed from the kernel. */
  removeRule(
    chain: string,
    rule: string,
    { wrap = true, top = false }: WrapOption & { top?: boolean } = {},
  ): boolean {
    const wanted = this.#ruleOf(chain, rule, wrap, top);
    const index = this.#rules.findIndex((present) => isSame(present, wanted));
    if (!wrap) this.#removals.push(wanted);
    if (index === -1) {
      if (!wrap) this.#revision += 1;
      return false;
    }
    this.#rules.splice(index, 1);
    this.#revision += 1;
    return true;
  }

  /** Removes every rule whose text, as {@link ruleText} gives it, matches; answers how many there were. */
  removeRulesRegex(pattern: RegExp): number {
    const gone = this.#rules.filter((rule) =>
      new RegExp(pattern, pattern.flags.replace('g', '')).test(this.ruleText(rule)),
    );
    if (gone.length === 0) return 0;
    this.#removals.push(...gone.filter(({ wrap }) => !wrap));
    this.#rules = this.#rules.filter((rule) => !gone.includes(rule));
    this.#revision += 1;
    return gone.length;
  }

  /** Removes all rules of a chain, and keeps the chain. */
  emptyChain(name: string, { wrap = true }: WrapOption = {}): void {
    const chain = this.#chainPart(name, wrap);
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((rule) => rule.chain !== chain || rule.wrap !== wrap);
    if (this.#rules.length !== before) this.#revision += 1;
  }

  /** A rule as iptables-save would have it: `-A netdev-snat -j ACCEPT`. */
  ruleText(rule: IptablesRule): string {
    return `-A ${this.#chainOf(rule)} ${rule.text}`;
  }

  /** What the kernel's table is to hold of this. */
  wanted(): WantedTable {
    const own = [...this.#unwrapped, ...[...this.#chains].map((chain) => this.#fullName(chain, true))];
    const ordered = [...this.#rules.filter(({ top }) => top), ...this.#rules.filter(({ top }) => !top)];
    const chains = new Map<string, string[]>(own.map((chain) => [chain, []]));
    const front = new Map<string, string[]>();
    for (const rule of ordered) {
      const chain = this.#chainOf(rule);
      const list = chains.get(chain) ?? front.get(chain);
      if (list !== undefined) list.push(rule.text);
      else front.set(chain, [rule.text]);
    }
    const prefix = `${this.#owner}-`;
    return {
      table: this.name,
      chains,
      front,
      removals: this.#removals.map((rule) => ({ chain: this.#chainOf(rule), text: rule.text })),
      isOwn: (chain) =>
        chains.has(chain) || (chain.startsWith(prefix) && chain.length <= prefix.length + WRAPPED_CHAIN_MAX),
    };
  }

  #ruleOf(chain: string, rule: string, wrap: boolean, top: boolean): IptablesRule {
    const text = parseRuleText(rule).replace(/(^|\s)\$(\S+)/g, (_, before: string, name: string) => {
      return `${before}${this.#fullName(this.#chainPart(name, true), true)}`;
    });
    return { chain: this.#chainPart(chain, wrap), text, wrap, top };
  }

  #chainPart(name: string, wrap: boolean): string {
    return parseChainName(String(name).slice(0, wrap ? WRAPPED_CHAIN_MAX : CHAIN_MAX));
  }

  #chainOf({ chain, wrap }: IptablesRule): string {
    return this.#fullName(chain, wrap);
  }

  #fullName(chain: string, wrap: boolean): string {
    return wrap ? `${this.#owner}-${chain}` : chain;
  }
}

function isSame(one: IptablesRule, other: IptablesRule): boolean {
  return (
    one.chain === other.chain && one.text === other.text && one.wrap === other.wrap && one.top === other.top
  );
}

function jumpsTo(text: string, chain: string): boolean {
  return text
    .split(/\s+/)
    .some((word, index, words) => word === chain && /^(?:-j|-g|--jump|--goto)$/.test(words[index - 1] ?? ''));
}
