import type { Key } from 'netdev-core';
import type { Family } from '../tools/family.js';
import type { ExplainedRule, Hook, RuleAction } from './explanation.js';
import type { OurRules } from './our-rules.js';
import type { ParsedRule } from './parse-rule.js';
import { ask } from './rule-tests.js';
import { createRulingOut } from './ruled-out.js';
import type { Seen } from './seen.js';
import type { Truth } from './truth.js';

/** Where in its way a packet is. */
export interface Station {
  family: Family;
  table: string;
  hook: Hook;
}

export interface WalkContext {
  rules: OurRules;
  parse(text: string, family: Family): ParsedRule;
  /** What the rules see of the packet; its mark is changed by rules that set it. */
  seen: Seen;
  /** Whether the packet comes here at all. */
  reached: Exclude<Truth, 'no'>;
}

/** What becomes of a packet in one table of one hook. */
export interface Walk {
  /** The rules that it meets, in order. */
  met: ExplainedRule[];
  /** Those of them that may end its way through the table. */
  ends: ExplainedRule[];
  /** Whether it gets to the end of our rules, provided that it comes here. */
  passes: Truth;
}

/** Why the rules behind one that nobody can judge may not be met. */
const NOT_REACHED = 'a rule before it, of which that cannot be said, may have led elsewhere';

/** Follows a packet through our rules of one table, from the chain that the kernel itself hands it to. */
export function walkTable(station: Station, context: WalkContext): Walk {
  const { family, table, hook } = station;
  const { rules, parse, seen } = context;
  const met: ExplainedRule[] = [];
  const ends: ExplainedRule[] = [];
  const entered = new Set<string>();
  const isRuledOut = createRulingOut(seen, family);

  /** Where nobody can say whether a rule is met, both are followed. Answers whether the packet comes out at the end. */
  const walk = (chain: string, reached: Exclude<Truth, 'no'>, from: Key | undefined): Truth => {
    const list = rules.chain(family, table, chain);
    // A chain of others, or a circle, which the kernel does not take.
    if (list === undefined || entered.has(chain)) return 'unknown';
    entered.add(chain);
    const passes = walkRules(chain, list, reached, from);
    entered.delete(chain);
    return passes;
  };

  const walkRules = (
    chain: string,
    list: NonNullable<ReturnType<OurRules['chain']>>,
    reached: Exclude<Truth, 'no'>,
    from: Key | undefined,
  ): Truth => {
    let mayHaveEnded = false;
    let mayHaveLeft = false;
    for (const rule of list) {
      if (isRuledOut(rule)) continue;
      const { text, key } = rule;
      const { tests, does } = parse(text, family);
      const { truth, because } = ask(tests, seen);
      if (truth === 'no') continue;
      const here = mayHaveEnded || mayHaveLeft ? 'unknown' : reached;
      const isMet = truth === 'yes' && here === 'yes' ? 'yes' : 'unknown';
      const explained: ExplainedRule = {
        ...{ key: key ?? from, family, table, hook, chain, text, does },
        met: isMet,
        because: isMet === 'yes' ? undefined : (because ?? NOT_REACHED),
      };
      met.push(explained);
      const passes = act(does, explained);
      if (passes !== 'yes') mayHaveEnded = true;
      const leaves = does.kind === 'return' || does.kind === 'goto';
      if (leaves && passes !== 'no') mayHaveLeft = true;
      if (truth === 'yes' && (leaves || passes === 'no')) return outcome(mayHaveEnded, mayHaveLeft);
    }
    return outcome(mayHaveEnded, true);
  };

  /** Answers whether the packet is still on its way afterwards. */
  const act = (does: RuleAction, rule: ExplainedRule): Truth => {
    switch (does.kind) {
      case 'accept':
      case 'drop':
      case 'translate-destination':
      case 'translate-source':
        ends.push(rule);
        return 'no';
      case 'jump':
      case 'goto': {
        const passes = walk(does.chain, rule.met, rule.key);
        if (rules.chain(family, table, does.chain) === undefined) ends.push(rule);
        return passes;
      }
      case 'mark':
        setMark(seen, does, rule.met);
        return 'yes';
      case 'unknown':
        ends.push(rule);
        return 'unknown';
      default:
        return 'yes';
    }
  };

  const passes =
    rules.chain(family, table, hook) === undefined ? 'yes' : walk(hook, context.reached, undefined);
  return { met, ends, passes };
}

function outcome(mayHaveEnded: boolean, mayHaveLeft: boolean): Truth {
  if (mayHaveEnded && mayHaveLeft) return 'unknown';
  return mayHaveEnded ? 'no' : 'yes';
}

/** Bits that may have been set are known only where they would be the same. */
function setMark(
  seen: Seen,
  { value, mask }: Extract<RuleAction, { kind: 'mark' }>,
  met: ExplainedRule['met'],
): void {
  const before = seen.mark;
  const after = { value: (before.value & ~mask) ^ value, unknown: before.unknown & ~mask };
  seen.mark =
    met === 'yes'
      ? after
      : { value: after.value, unknown: before.unknown | after.unknown | (before.value ^ after.value) };
}
