import { type CommandResult, type ProgramCall, printed } from './command.js';
import { NotCoveredError } from './not-covered.js';
import { programs } from './programs.js';

/** Runs a command in a stack; `jexec JAIL COMMAND` in that of the jail. */
export function runProgram(call: ProgramCall): CommandResult {
  const { argv, kernel } = call;
  const [name = '', jail, ...rest] = argv;
  if (name === 'jexec') {
    const vnet = jail === undefined ? undefined : kernel.jails.get(jail);
    if (vnet === undefined) throw new NotCoveredError(argv, 'what jexec says of a jail that is not there');
    return runProgram({ ...call, argv: rest, vnet });
  }
  if (name.startsWith('/') && kernel.disk.read(name) !== undefined) {
    kernel.disk.execute(name, argv.slice(1), call.env);
    return printed('');
  }
  const program = programs.get(name);
  if (program === undefined) throw new NotCoveredError(argv, `there is no program ${name}`);
  return program(call);
}
