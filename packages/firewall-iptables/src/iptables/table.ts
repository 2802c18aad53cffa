import { InvalidArgumentError, type IpFamily } from 'netdev-core';
import type { FaultMode } from '../faults.js';
import type { Jump } from '../ruleset/jumps.js';
import { targetOf } from '../ruleset/saved-table.js';
import type { ForeignOrder, GuestRule, WantedTable } from '../ruleset/wanted-table.js';
import { canonicalRule } from './canonical-rule.js';
import { parseChainName, parseRuleText } from './rule-text.js';

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
  /** @param found with kept faults, the places of those of the removals that the kernel's table had */
  done(found?: ReadonlySet<number>): void;
}

/** How a table is made. */
export interface TableOptions {
  /** Left out: `ipv4`. */
  family?: IpFamily | undefined;
  /** Left out: `mend`. */
  faults?: FaultMode | undefined;
  /** Which rules of others have to come before or behind ours, asked for at every apply. */
  foreignOrder?: (() => ForeignOrder | undefined) | undefined;
}

/**
 * One table of raw chains and rules, in memory. Chains are *wrapped* (they get the owner's prefix,
 * so that they are told from everybody else's) unless said otherwise; chains that are not are shared
 * with everybody. A word `$name` in a rule stands for the wrapped chain of that name.
 *
 * In a chain that others use too, top rules come first, then jumps to wrapped chains and rules that
 * are new, then everybody else's; a rule that the chain has already stays where it is.
 */
export class IptablesTable {
  readonly name: string;
  readonly #owner: string;
  readonly #family: IpFamily;
  readonly #faults: FaultMode;
  readonly #foreignOrder: () => ForeignOrder | undefined;
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

  constructor(name: string, owner: string, options: TableOptions = {}) {
    this.name = name;
    this.#owner = owner;
    this.#family = options.family ?? 'ipv4';
    this.#faults = options.faults ?? 'mend';
    this.#foreignOrder = options.foreignOrder ?? (() => undefined);
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

  hasChain(name: string, { wrap = true }: WrapOption = {}): boolean {
    return this.#chainsOf(wrap).has(name);
  }

  /** Makes a chain; one that is there stays as it is. */
  addChain(name: string, { wrap = true }: WrapOption = {}): void {
    parseChainName(this.#fullName(parseChainName(name), wrap));
    this.#chainsOf(wrap).add(name);
    if (!wrap && this.#faults === 'mend') this.#released.delete(name);
    this.#revision += 1;
  }

  /**
   * Removes a chain with its rules and the rules that jump to it; a chain that is not there is no
   * error. One that is not wrapped goes from the kernel when it has no rules of others.
   */
  removeChain(name: string, { wrap = true }: WrapOption = {}): void {
    if (!this.#chainsOf(wrap).delete(name)) return;
    if (!wrap) this.#released.add(name);
    if (this.#faults === 'keep') this.#dropWithKeptFaults(name, wrap);
    else {
      const full = this.#fullName(name, wrap);
      this.#drop((rule) => this.#chainOf(rule) === full || jumpsTo(rule.text, full));
    }
    this.#revision += 1;
  }

  /**
   * Adds a rule at the end of its chain, or with `top` behind the other top rules. A rule that is
   * there already is not added twice.
   *
   * @throws InvalidArgumentError for a wrapped chain that was not made, or a text that is no rule
   */
  addRule(chain: string, rule: string, { wrap = true, top = false }: RuleOptions = {}): void {
    if (wrap && !this.#chains.has(chain))
      throw new InvalidArgumentError('chain', chain, 'a chain of this table');
    const added = { chain: parseChainName(chain), text: this.#expand(parseRuleText(rule)), wrap, top };
    if (this.#keys.has(keyOf(added))) return;
    this.#keys.add(keyOf(added));
    this.#rules.push(added);
    this.#revision += 1;
  }

  /** Removes a rule, which has to be given as it was added; answers whether it was there. */
  removeRule(chain: string, rule: string, { wrap = true, top = false }: RuleOptions = {}): boolean {
    const text = this.#faults === 'keep' ? rule : this.#expand(rule);
    const removed = keyOf({ chain, text, wrap, top });
    if (!this.#keys.has(removed)) return false;
    this.#drop((present) => keyOf(present) === removed);
    this.#revision += 1;
    return true;
  }

  /**
   * Removes every rule whose text, as {@link ruleText} gives it, matches from its start; answers how
   * many there were.
   *
   * @throws InvalidArgumentError for what is no pattern
   */
  removeRulesRegex(pattern: string | RegExp): number {
    const fromStart = anchored(pattern);
    return this.#removeAll((rule) => fromStart.test(this.ruleText(rule)));
  }

  /** Removes all rules of a chain, and keeps the chain. */
  emptyChain(name: string, { wrap = true }: WrapOption = {}): void {
    this.#removeAll((rule) => rule.chain === name && rule.wrap === wrap);
  }

  /** A rule as iptables-save has it, with counters that start at nothing: `[0:0] -A netdev-snat -j ACCEPT`. */
  ruleText(rule: IptablesRule): string {
    return `[0:0] -A ${this.#chainOf(rule)} ${rule.text}`;
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
      done: (found = new Set()) => {
        this.#appliedRevision = revision;
        for (const chain of released) this.#released.delete(chain);
        this.#removals =
          this.#faults === 'mend'
            ? this.#removals.filter((rule) => !removals.includes(rule))
            : everySecond(this.#removals.filter((_, place) => !found.has(place)));
      },
    };
  }

  #wanted(): WantedTable {
    const chains = new Map<string, Set<string>>();
    for (const chain of this.#chains) chains.set(this.#fullName(chain, true), new Set());
    const guests = new Map<string, Map<string, GuestRule>>();
    const jumps = new Map<string, Jump[]>();
    const ordered = [...this.#rules.filter(({ top }) => top), ...this.#rules.filter(({ top }) => !top)];
    for (const rule of ordered) {
      const chain = this.#chainOf(rule);
      const text = this.#canonicalText(rule);
      const to = this.#faults === 'mend' ? targetOf(text) : undefined;
      if (to !== undefined) jumps.set(chain, [...(jumps.get(chain) ?? []), { to, rule: rule.text }]);
      const own = chains.get(chain);
      // Of two that are the same to the kernel the later one counts.
      if (own !== undefined) {
        own.delete(text);
        own.add(text);
        continue;
      }
      const list = guests.get(chain) ?? new Map<string, GuestRule>();
      guests.set(chain, list);
      list.delete(text);
      list.set(text, { text, top: rule.top });
    }
    return {
      table: this.name,
      owner: this.#owner,
      chains: new Map([...chains].map(([chain, rules]) => [chain, [...rules]])),
      shared: new Set(this.#unwrapped),
      guests: new Map([...guests].map(([chain, rules]) => [chain, [...rules.values()]])),
      removals: this.#removals.map((rule) => ({
        chain: this.#chainOf(rule),
        text: this.#canonicalText(rule),
      })),
      released: new Set(this.#released),
      jumps,
      foreignOrder: this.#foreignOrder(),
    };
  }

  /** Takes rules out; those in chains of others have to be taken out of the kernel by name. */
  #drop(
    matches: (rule: IptablesRule) => boolean,
    isRemembered: (rule: IptablesRule) => boolean = ({ wrap }) => !wrap,
  ): number {
    const gone = new Set(this.#rules.filter(matches));
    for (const rule of gone) {
      this.#keys.delete(keyOf(rule));
      if (isRemembered(rule)) this.#removals.push(rule);
    }
    if (gone.size > 0) this.#rules = this.#rules.filter((rule) => !gone.has(rule));
    return gone.size;
  }

  /** As the original did: a chain's own rules by its bare name, jumps to it by the beginning of their text. */
  #dropWithKeptFaults(name: string, wrap: boolean): void {
    const target = `-j ${this.#fullName(name, wrap)}`;
    // In this order they are looked for in the kernel's table.
    this.#drop(
      (rule) => rule.chain === name,
      () => !wrap,
    );
    this.#drop(
      (rule) => rule.text.includes(target),
      () => !wrap,
    );
  }

  #removeAll(matches: (rule: IptablesRule) => boolean): number {
    const count = this.#drop(matches, (rule) => !rule.wrap && this.#faults === 'mend');
    if (count > 0) this.#revision += 1;
    return count;
  }

  #canonicalText(rule: IptablesRule): string {
    if (this.#faults === 'keep') return rule.text.trimEnd();
    const known = this.#canonical.get(rule);
    if (known !== undefined) return known;
    const text = canonicalRule(rule.text, this.#family);
    this.#canonical.set(rule, text);
    return text;
  }

  #chainsOf(wrap: boolean): Set<string> {
    return wrap ? this.#chains : this.#unwrapped;
  }

  #expand(rule: string): string {
    return rule.replace(/(^| )\$([^ ]*)/g, (_, before: string, name: string) => {
      return `${before}${this.#fullName(name, true)}`;
    });
  }

  #chainOf({ chain, wrap }: IptablesRule): string {
    return this.#fullName(chain, wrap);
  }

  #fullName(chain: string, wrap: boolean): string {
    return wrap ? `${this.#owner}-${chain}` : chain;
  }
}

function anchored(pattern: string | RegExp): RegExp {
  const { source, flags } = typeof pattern === 'string' ? { source: pattern, flags: '' } : pattern;
  try {
    return new RegExp(`^(?:${source})`, flags.replace(/[gy]/g, ''));
  } catch {
    throw new InvalidArgumentError('pattern', source, 'a regular expression');
  }
}

function everySecond<Item>(items: readonly Item[]): Item[] {
  return items.filter((_, place) => place % 2 === 1);
}

function keyOf({ chain, text, wrap, top }: IptablesRule): string {
  return `${wrap} ${top} ${chain} ${text}`;
}

function jumpsTo(text: string, chain: string): boolean {
  return text
    .split(/\s+/)
    .some((word, index, words) => word === chain && /^(?:-j|-g|--jump|--goto)$/.test(words[index - 1] ?? ''));
}
