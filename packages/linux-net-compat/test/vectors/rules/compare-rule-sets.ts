import { compare } from '../compare.js';
import type { RanCommand } from '../fake-host.js';
import type { Answer } from '../host-replies.js';
import type { Command } from '../vector.js';
import { compareTables, readTables, restore, type Tables } from './restored-tables.js';

/** A recorded command with what the host answered. */
type Recorded = Command & { answer: Answer };

/** Whether a command reads or writes the rules of iptables. */
export function isRuleCommand({ argv: [tool = '', counters] }: Command): boolean {
  return (
    /^ip6?tables-(save|restore)$/.test(tool) && (counters === '--counters' || /^-c/.test(counters ?? ''))
  );
}

/**
 * Names what the rule sets that result have otherwise, one recorded restore after the other. How ours
 * came about, and how often rules were read for that, is free; where nothing differs, nothing has to be
 * written.
 */
export function compareRuleSets(recorded: readonly Recorded[], ran: readonly RanCommand[]): string[] {
  return ['iptables', 'ip6tables'].flatMap((family) => {
    const of = ({ argv: [tool = ''] }: Command): boolean =>
      tool === `${family}-save` || tool === `${family}-restore`;
    const [theirs, ours] = [recorded.filter(of), ran.filter(of)];
    return [...compareResults(family, theirs, ours), ...compareOptions(family, theirs, ours)];
  });
}

/** The kernel's rules after each command of ours, and whether it wrote them. */
interface State {
  tables: Tables;
  written: boolean;
}

function compareResults(family: string, theirs: readonly Recorded[], ours: readonly RanCommand[]): string[] {
  const wanted = theirs.filter(isRestore).map(({ stdin }) => readTables(stdin ?? ''));
  const reads = (commands: readonly Command[]): number =>
    commands.filter((command) => !isRestore(command)).length;
  const states = statesAfter(ours);
  return reads(theirs) === reads(ours)
    ? compareReadByRead(family, theirs, ours)
    : compareInOrder(family, wanted, states);
}

/** Where ours read as often as the original, each reading with what follows belongs to one of its. */
function compareReadByRead(
  family: string,
  theirs: readonly Recorded[],
  ours: readonly RanCommand[],
): string[] {
  const rounds = (commands: readonly Command[]): number[] =>
    commands.flatMap((command, index) => (isRestore(command) ? [] : [index]));
  const [their, our] = [rounds(theirs), rounds(ours)];
  const states = statesAfter(ours);
  return their.flatMap((start, index) => {
    const restores = theirs.slice(start, their[index + 1]).filter(isRestore);
    const last = states[(our[index + 1] ?? ours.length) - 1];
    const wrote = states.slice(our[index], our[index + 1]).some(({ written }) => written);
    const what = `${family}-restore ${index + 1}`;
    const expected = restores.at(-1);
    if (expected === undefined) return wrote ? [`${what}: it was not to run`] : [];
    const got = last?.tables ?? new Map();
    return compareTables(readTables(expected.stdin ?? ''), got).map((difference) => `${what}: ${difference}`);
  });
}

/** Otherwise every recorded result has to come up in order, and nothing else may be written. */
function compareInOrder(family: string, wanted: readonly Tables[], states: readonly State[]): string[] {
  const differences: string[] = [];
  let at = 0;
  for (const [index, expected] of wanted.entries()) {
    const ahead = states.findIndex(({ written }, place) => place > at && written);
    const last = ahead === -1 ? states.length - 1 : ahead;
    const found = states.findIndex(
      ({ tables }, place) => place >= at && place <= last && compareTables(expected, tables).length === 0,
    );
    if (found === -1) {
      const got = states[last]?.tables ?? new Map();
      differences.push(
        ...compareTables(expected, got).map((text) => `${family}-restore ${index + 1}: ${text}`),
      );
    }
    at = found === -1 ? last : found;
  }
  const besides = states.slice(at + 1).filter(({ written }) => written).length;
  return besides === 0 ? differences : [...differences, `${family}-restore: it ran ${besides} times besides`];
}

function statesAfter(commands: readonly RanCommand[]): State[] {
  let tables: Tables = new Map();
  return commands.map((command) => {
    const written = isRestore(command);
    tables = written ? restore(tables, command.stdin ?? '') : readTables(command.stdout);
    return { tables, written };
  });
}

function isRestore({ argv: [tool = ''] }: Command): boolean {
  return tool.endsWith('-restore');
}

/**
 * How the tools are run: each way of the original is one of ours and the other way round. Where ours
 * had nothing to write, it would have been written as the rules were read.
 */
function compareOptions(family: string, theirs: readonly Recorded[], ours: readonly RanCommand[]): string[] {
  const ways = (commands: readonly Command[], verb: string): string[] => [
    ...new Set(commands.filter(({ argv: [tool] }) => tool === `${family}-${verb}`).map(way)),
  ];
  return ['save', 'restore'].flatMap((verb) => {
    const [wanted, own] = [ways(theirs, verb), ways(ours, verb)];
    const got = own.length === 0 ? ways(ours, 'save') : own;
    return wanted.length === 0 || got.length === 0
      ? []
      : compare(`${family}-${verb} runs with`, wanted.sort(), got.sort());
  });
}

function way({ argv: [tool = ''], stdin, run_as_root, check_exit_code, attempts = 1 }: Command): string {
  const fed = tool.endsWith('-save') && stdin !== null ? { stdin } : {};
  return JSON.stringify({ run_as_root, check_exit_code, attempts, ...fed });
}
