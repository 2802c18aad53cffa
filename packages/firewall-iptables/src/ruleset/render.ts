import { shellQuote } from 'netdev-exec';
import type { Step, TablePlan } from './plan.js';
import { ruleWords } from './rule-words.js';
import { bracketed } from './saved-table.js';

/** The programs of one family. */
export type Dialect = 'iptables' | 'ebtables';

/** So many rules of a chain are written as one string: a string each takes longer, and all of them are megabytes. */
const RULES_A_PART = 500;

/** The input of iptables-restore(8) or ebtables-restore for a change, to be given with `--noflush`. */
export function renderRestore(plans: readonly TablePlan[], dialect: Dialect): string {
  return [...restoreParts(plans, dialect)].join('');
}

/** The same in parts of one or more lines, each made when it is asked for. */
export function* restoreParts(plans: readonly TablePlan[], dialect: Dialect): Generator<string> {
  for (const { table, steps } of plans) {
    if (steps.length === 0) continue;
    yield `*${table}\n`;
    for (const step of steps) {
      if (step.do === 'fill') yield* fillParts(step, dialect);
      else yield `${restoreLine(step, dialect)}\n`;
    }
    yield 'COMMIT\n';
  }
}

function* fillParts({ chain, texts }: Extract<Step, { do: 'fill' }>, dialect: Dialect): Generator<string> {
  const start = `${dialect === 'iptables' ? `${bracketed(undefined)} ` : ''}-A ${chain} `;
  for (let from = 0; from < texts.length; from += RULES_A_PART)
    yield `${start}${texts.slice(from, from + RULES_A_PART).join(`\n${start}`)}\n`;
}

/** The commands a person would type for a change. */
export function toShellCommands(plans: readonly TablePlan[], tool: string): string[] {
  return plans.flatMap(({ table, steps }) =>
    steps.flatMap(singly).map((step) => `${tool} -t ${table} ${commandOf(step, shellText)}`),
  );
}

/** A step that one command does. */
type SingleStep = Exclude<Step, { do: 'fill' }>;

function singly(step: Step): SingleStep[] {
  if (step.do !== 'fill') return [step];
  const { chain, texts } = step;
  return texts.map((text) => ({ do: 'append', chain, text, counters: undefined }));
}

function restoreLine(step: SingleStep, dialect: Dialect): string {
  if (step.do === 'declare') return `:${step.chain} ${dialect === 'iptables' ? '- [0:0]' : 'RETURN'}`;
  const command = commandOf(step, (text) => text);
  if (step.do !== 'append' && step.do !== 'insert') return command;
  // ebtables-nft(8) takes counters behind the rule and gives new rules none.
  if (dialect === 'iptables') return `${bracketed(step.counters)} ${command}`;
  return step.counters === undefined
    ? command
    : `${command} -c ${step.counters.packets} ${step.counters.bytes}`;
}

function commandOf(step: SingleStep, write: (text: string) => string): string {
  switch (step.do) {
    case 'make':
      return `-N ${step.chain}`;
    case 'declare':
      return `${step.isNew ? '-N' : '-F'} ${step.chain}`;
    case 'append':
      return `-A ${step.chain} ${write(step.text)}`;
    case 'insert':
      return `-I ${step.chain} ${step.position} ${write(step.text)}`;
    case 'delete':
      return `-D ${step.chain} ${step.position ?? write(step.text)}`;
    case 'remove-chain':
      return `-X ${step.chain}`;
  }
}

/** Comments may hold what a shell would take for its own. */
function shellText(text: string): string {
  return ruleWords(text)
    .map((word) => (word === '!' ? word : shellQuote(word)))
    .join(' ');
}
