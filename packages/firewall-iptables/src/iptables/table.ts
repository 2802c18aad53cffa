import { InvalidArgumentError, type IpFamily } from 'netdev-core';
import type { GuestRule, WantedTable } from '../ruleset/wanted-table.js';
import { canonicalRule } from './canonical-rule.js';
import { CHAIN_MAX, parseChainName, parseRuleText, WRAPPED_CHAIN_MAX } from './rule-text.js';

/** How a chain or rule is meant. */
export interface WrapOption {
  /** Whether the chain is one of ours, with the owner's prefix. Left out: yes. */
  wrap?: boolean;
}

/** How a rule is meant. */
export interface RuleOptions extends WrapOption {
  /** Whether it comes before the rules of its chain that are not. Left out: no. */
  top?: boolean;
}

/** A rule as it was added. */
export interface IptablesRule {
  /** The chain, without the owner's prefix. */
  chain: string;
  /** What follows the chain's name, with `$chain` targets written out. */
  text: string;
  wrap: boolean;
  top: boolean;
}

/** What a table is to be at one moment, and what to call once the kernel has it. */
export interface StagedTable {
  wanted: WantedTable;
  done(): void;
}

/** A `$name` that is jumped to. */
const targetPattern = /((?:^|\s)(?:-j|-g|--jump|--goto)\s+)\$(\S+)/g;

/**
 * One table of raw chains and rules, in memory. Chains are *wrapped* (they get the owner's prefix,
 * so that they are told from everybody else's) unless said otherwise; chains that are not are shared
 * with everybody. `-j $name` jumps to the wrapped chain of that name.
 *
 * In a chain that others use too, top rules come first, then jumps to wrapped chains and rules that
 * are new, then everybody else's; a rule that the chain has already stays where it is.
 */
export class IptablesTable {
  readonly name: string;
  readonly #owner: string;
  readonly #family: IpFamily;
  readonly #chains = new Set<string>();
  readonly #unwrapped = new Set<string>();
  readonly #released = new Set<string>();
  readonly #canonical = new WeakMap<IptablesRule, string>();
  /** The rules by what makes them the same, so that looking for one does not get slower with their number. */
  readonly #keys = new Set<string>();
  #rules: IptablesRule[] = [];
  #removals: IptablesRule[] = [];
  #revision = 1;
  #appliedRevision = 0;

  constructor(name: string, owner: string, family: IpFamily = 'ipv4') {
    this.name = name;
    this.#owner = owner;
    this.#family = family;
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

  /** Whether anything changed since it was last applied. */
  get dirty(): boolean {
    return this.#revision !== this.#appliedRevision;
  }

  /** Counts the changes. */
  get revision(): number {
    return this.#revision;
  }

  /** Makes a chain; one that is there stays as it is. */
  addChain(name: string, { wrap = true }: WrapOption = {}): void {
    const chain = chainPart(name, wrap);
    (wrap ? this.#chains : this.#unwrapped).add(chain);
    if (!wrap) this.#released.delete(chain);
    this.#revision += 1;
  }

  /**
   * Removes a chain with its rules and the rules that jump to it; a chain that is not there is no
   * error. One that is not wrapped goes from the kernel when it has no rules of others.
   */
  removeChain(name: string, { wrap = true }: WrapOption = {}): void {
    const chain = chainPart(name, wrap);
    if (!(wrap ? this.#chains : this.#unwrapped).delete(chain)) return;
    if (!wrap) this.#released.add(chain);
    const full = this.#fullName(chain, wrap);
    this.#drop((rule) => this.#chainOf(rule) === full || jumpsTo(rule.text, full));
    this.#revision += 1;
  }

  /**
   * Adds a rule at the end of its chain, or with `top` behind the other top rules. A rule that is
   * there already is not added twice.
   *
   * @throws InvalidArgumentError for a wrapped chain that was not made, or a text that is no rule
   */
  addRule(chain: string, rule: string, { wrap = true, top = false }: RuleOptions = {}): void {
    const added = this.#ruleOf(chain, rule, wrap, top);
    if (wrap && !this.#chains.has(added.chain))
      throw new InvalidArgumentError('chain', chain, 'a chain of this table');
    if (this.#keys.has(keyOf(added))) return;
    this.#keys.add(keyOf(added));
    this.#rules.push(added);
    this.#revision += 1;
  }

  /** Removes a rule, which has to be given as it was added; answers whether it was there. */
  removeRule(chain: string, rule: string, { wrap = true, top = false }: RuleOptions = {}): boolean {
    const removed = keyOf(this.#ruleOf(chain, rule, wrap, top));
    return this.#keys.has(removed) && this.removeRules((present) => keyOf(present) === removed) > 0;
  }

  /** Removes every rule whose text, as {@link ruleText} gives it, matches; answers how many there were. */
  removeRulesRegex(pattern: RegExp): number {
    const stateless = new RegExp(pattern, pattern.flags.replace(/[gy]/g, ''));
    return this.removeRules((rule) => stateless.test(this.ruleText(rule)));
  }

  /** Removes every rule that `matches` says; answers how many there were. */
  removeRules(matches: (rule: IptablesRule) => boolean): number {
    const count = this.#drop(matches);
    if (count > 0) this.#revision += 1;
    return count;
  }

  /** Removes all rules of a chain, and keeps the chain. */
  emptyChain(name: string, { wrap = true }: WrapOption = {}): void {
    const chain = chainPart(name, wrap);
    this.removeRules((rule) => rule.chain === chain && rule.wrap === wrap);
  }

  /** A rule as iptables-save would have it: `-A netdev-snat -j ACCEPT`. */
  ruleText(rule: IptablesRule): string {
    return `-A ${this.#chainOf(rule)} ${rule.text}`;
  }

  /** Forgets everything; what the kernel has of it goes with the next apply. */
  reset(): void {
    for (const chain of this.#unwrapped) this.#released.add(chain);
    this.#drop(() => true);
    // Jumps to chains that others use too are everybody's: they go with their chain.
    const shared = new Set([...this.#released].map((chain) => `-j ${chain}`));
    this.#removals = this.#removals.filter(({ text }) => !shared.has(text));
    this.#chains.clear();
    this.#unwrapped.clear();
    this.#revision += 1;
  }

  /** What the kernel's table is to hold of this. */
  stage(): StagedTable {
    const revision = this.#revision;
    const removals = [...this.#removals];
    const released = [...this.#released];
    return {
      wanted: this.#wanted(),
      done: () => {
        this.#appliedRevision = revision;
        this.#removals = this.#removals.filter((rule) => !removals.includes(rule));
        for (const chain of released) this.#released.delete(chain);
      },
    };
  }

  #wanted(): WantedTable {
    const chains = new Map<string, Set<string>>();
    for (const chain of this.#chains) chains.set(this.#fullName(chain, true), new Set());
    const guests = new Map<string, GuestRule[]>();
    const ordered = [...this.#rules.filter(({ top }) => top), ...this.#rules.filter(({ top }) => !top)];
    for (const rule of ordered) {
      const chain = this.#chainOf(rule);
      const text = this.#canonicalText(rule);
      const own = chains.get(chain);
      if (own !== undefined) {
        // Of two that are the same to the kernel the later one counts.
        own.delete(text);
        own.add(text);
        continue;
      }
      const list = guests.get(chain) ?? [];
      guests.set(chain, list);
      if (!list.some((present) => present.text === text)) list.push({ text, top: rule.top });
    }
    return {
      table: this.name,
      owner: this.#owner,
      chains: new Map([...chains].map(([chain, rules]) => [chain, [...rules]])),
      shared: new Set(this.#unwrapped),
      guests,
      removals: this.#removals.map((rule) => ({
        chain: this.#chainOf(rule),
        text: this.#canonicalText(rule),
      })),
      released: new Set(this.#released),
    };
  }

  /** Takes rules out; those in chains of others have to be taken out of the kernel by name. */
  #drop(matches: (rule: IptablesRule) => boolean): number {
    const gone = new Set(this.#rules.filter(matches));
    for (const rule of gone) {
      this.#keys.delete(keyOf(rule));
      if (!rule.wrap) this.#removals.push(rule);
    }
    if (gone.size > 0) this.#rules = this.#rules.filter((rule) => !gone.has(rule));
    return gone.size;
  }

  #canonicalText(rule: IptablesRule): string {
    const known = this.#canonical.get(rule);
    if (known !== undefined) return known;
    const text = canonicalRule(rule.text, this.#family);
    this.#canonical.set(rule, text);
    return text;
  }

  #ruleOf(chain: string, rule: string, wrap: boolean, top: boolean): IptablesRule {
    const text = parseRuleText(rule).replace(targetPattern, (_, option: string, name: string) => {
      return `${option}${this.#fullName(chainPart(name, true), true)}`;
    });
    return { chain: chainPart(chain, wrap), text, wrap, top };
  }

  #chainOf({ chain, wrap }: IptablesRule): string {
    return this.#fullName(chain, wrap);
  }

  #fullName(chain: string, wrap: boolean): string {
    return wrap ? `${this.#owner}-${chain}` : chain;
  }
}

function chainPart(name: string, wrap: boolean): string {
  return parseChainName(String(name).slice(0, wrap ? WRAPPED_CHAIN_MAX : CHAIN_MAX));
}

function keyOf({ chain, text, wrap, top }: IptablesRule): string {
  return `${wrap} ${top} ${chain} ${text}`;
}

function jumpsTo(text: string, chain: string): boolean {
  return text
    .split(/\s+/)
    .some((word, index, words) => word === chain && /^(?:-j|-g|--jump|--goto)$/.test(words[index - 1] ?? ''));
}
