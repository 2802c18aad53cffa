import { compare, compareLists } from './compare.js';
import type { FakeHost } from './fake-host.js';
import type { RecordedCommand } from './recorded-run.js';
import { compareRuleSets, isRuleCommand } from './rules/compare-rule-sets.js';
import type { Command, Vector } from './vector.js';

/**
 * Names the commands that are not as recorded. Those for devices are left to the state that results,
 * rule sets are compared by what results too, all others to the letter and in their order.
 */
export function compareCommands(recorded: readonly RecordedCommand[], { commands: ran }: FakeHost): string[] {
  const toTheLetter = (command: Command): boolean => !isRuleCommand(command);
  return [
    ...compareLists(
      'command',
      recorded.filter((command) => !command.byDriver && toTheLetter(command)).map(described),
      ran.filter(toTheLetter).map(described),
    ),
    ...compareRuleSets(recorded.filter(isRuleCommand), ran.filter(isRuleCommand)),
  ];
}

function described({ argv, stdin, run_as_root, check_exit_code, attempts = 1 }: Command): Required<Command> {
  return { argv, stdin, run_as_root, check_exit_code, attempts };
}

/** Names what the run left behind otherwise: files and their modes, pauses, queries. */
export function compareEffects(vector: Vector, host: FakeHost): string[] {
  const paths = new Set([...Object.keys(vector.writes), ...Object.keys(host.writes)]);
  return [
    ...[...paths].flatMap((path) => compare(`file ${path}`, vector.writes[path], host.writes[path])),
    ...compareLists('mode', vector.chmods ?? [], host.modes),
    ...compareLists('pause', vector.sleeps ?? [], host.sleeps),
    ...compareLists('query for fixed addresses', vector.fixed_ip_queries ?? [], host.queries),
  ];
}
