import type { RanCommand } from './fake-host.js';
import { compareTables, readTables, restore } from './restored-tables.js';
import type { Command, Vector } from './vector.js';

/** Commands that netlink stands in for: what they did is compared, not that they ran. */
const deviceCommands = ['ip', 'brctl', 'tunctl', 'sysctl'];

/** Names the commands that are not as recorded; rule sets are compared by what results. */
export function compareCommands({ commands }: Vector, ran: readonly RanCommand[]): string[] {
  const expected = commands.filter(({ argv }) => !deviceCommands.includes(argv[0] ?? ''));
  const differences: string[] = [];
  const left = [...ran];
  let saved = '';
  for (const command of expected) {
    const [tool = ''] = command.argv;
    if (tool.endsWith('-restore')) {
      // Nothing to restore where nothing changed: then what was saved is the result.
      const own = left[0]?.argv[0] === tool ? left.shift() : undefined;
      if (own !== undefined && own.attempts !== (command.attempts ?? 1))
        differences.push(`${tool}: tries differ`);
      const before = readTables(saved);
      differences.push(...compareTables(readTables(command.stdin ?? ''), restore(before, own?.stdin ?? '')));
      continue;
    }
    const own = left.shift();
    if (own === undefined) {
      differences.push(`${command.argv.join(' ')} did not run`);
      continue;
    }
    if (tool.endsWith('-save')) saved = own.stdout;
    if (!isSame(command, own)) differences.push(`${describe(command)} became ${describe(recordOf(own))}`);
  }
  for (const own of left) differences.push(`${own.argv.join(' ')} ran besides`);
  return differences;
}

function recordOf({ argv, stdin, accept, attempts }: RanCommand): Omit<Command, 'run_as_root'> {
  return { argv: [...argv], stdin, check_exit_code: accept === 'any' ? false : [...accept], attempts };
}

function describe({ argv, stdin, check_exit_code, attempts = 1 }: Omit<Command, 'run_as_root'>): string {
  return JSON.stringify([argv, stdin, check_exit_code, attempts]);
}

function isSame(command: Command, own: RanCommand): boolean {
  return describe(command) === describe(recordOf(own));
}
