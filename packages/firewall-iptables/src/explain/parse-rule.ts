import { ruleWords } from '../ruleset/rule-words.js';
import type { Family } from '../tools/family.js';
import { ebtablesOptions } from './ebtables-tests.js';
import type { RuleAction } from './explanation.js';
import { iptablesOptions, type OptionTable } from './iptables-tests.js';
import type { OurRules } from './our-rules.js';
import { parseTarget } from './parse-target.js';
import type { RuleTest } from './rule-tests.js';
import { not } from './truth.js';

/** A rule that packets can be asked about. */
export interface ParsedRule {
  tests: readonly RuleTest[];
  does: RuleAction;
}

/** Options whose value may be any text, also one that looks like another option. */
const freeText = ['--comment', '--string', '--hex-string', '--log-prefix', '--nflog-prefix'];

/** Matches that nobody can answer beforehand, by their module, or for ebtables by their option. */
const dependent: Readonly<Record<string, string>> = {
  '--limit': 'depends on how many came before',
  limit: 'depends on how many came before',
  hashlimit: 'depends on how many came before',
  connlimit: 'depends on how many connections there are',
  recent: 'depends on what came before',
  quota: 'depends on what came before',
  statistic: 'depends on chance, or on what came before',
  time: 'depends on when it comes',
};

/**
 * Makes a parser of rules in the form in which the save programs print them. What it does not know of a rule becomes a
 * test that nobody can answer.
 */
export function createRuleParser(
  membersOf: OurRules['membersOf'],
): (text: string, family: Family) => ParsedRule {
  const ofIptables = iptablesOptions(membersOf);
  return (text, family) => {
    const table = family === 'bridge' ? ebtablesOptions : ofIptables;
    const words = ruleWords(text);
    const start = words.findIndex(
      (word, index) => (word === '-j' || word === '-g') && !freeText.includes(words[index - 1] ?? ''),
    );
    const end = start === -1 ? words.length : start;
    return { tests: parseTests(words.slice(0, end), table), does: parseTarget(words.slice(end), family) };
  };
}

function parseTests(words: readonly string[], table: OptionTable): RuleTest[] {
  const tests: RuleTest[] = [];
  let module = '';
  let index = 0;
  while (index < words.length) {
    const negated = words[index] === '!';
    if (negated) index += 1;
    const name = words[index] ?? '';
    index += 1;
    const first = index;
    while (index < words.length && !beginsOption(words, index)) index += 1;
    const given = words.slice(first, index);
    if (name === '-m') {
      module = given[0] ?? '';
      continue;
    }
    // ebtables(8) has the exclamation mark behind the option.
    const inner = given[0] === '!';
    const isNegated = negated || inner;
    const values = inner ? given.slice(1) : given;
    const text = [isNegated ? '!' : '', module === '' ? '' : `-m ${module}`, name, ...values]
      .filter((part) => part !== '')
      .join(' ');
    tests.push(testOf({ module, name, values, isNegated, text }, table));
  }
  return tests;
}

/** Whether a new option begins, or its negation. */
function beginsOption(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  if (freeText.includes(words[index - 1] ?? '')) return false;
  if (word === '!') return /^-/.test(words[index + 1] ?? '');
  return /^--?[a-z]\S*$/i.test(word);
}

function testOf(
  option: { module: string; name: string; values: readonly string[]; isNegated: boolean; text: string },
  table: OptionTable,
): RuleTest {
  const { module, name, values, isNegated, text } = option;
  const known = entry(entry(table, module), name) ?? entry(table[''], name);
  const asking = known?.(values);
  if (asking === undefined)
    return {
      text,
      holds: () => 'unknown',
      unknownAs: entry(dependent, module) ?? entry(dependent, name) ?? 'not understood here',
    };
  return { text, holds: isNegated ? (seen) => not(asking(seen)) : asking };
}

function entry<Value>(table: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
