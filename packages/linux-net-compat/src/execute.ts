import type { RunOptions, RunResult } from 'netdev-exec';
import type { LinuxNetContext } from './context.js';

/**
 * Runs a command of the module. With `fake_network` nothing runs, and the answer is the one that the
 * original's stand-in gave.
 *
 * @throws CommandError for an exit status that is not accepted
 */
export async function execute(
  { conf, runner }: Pick<LinuxNetContext, 'conf' | 'runner'>,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (conf.fake_network) return { argv, exitCode: 0, stdout: 'fake', stderr: '' };
  return runner.run(argv, options);
}
