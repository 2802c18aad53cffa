import type { Runner, RunOptions, RunResult } from 'netdev-exec';
import type { HostContext } from './context.js';

/**
 * Runs a command of the module. With `fake_network` nothing runs, and the answer is the one that the
 * original's stand-in gave.
 *
 * @throws CommandError for an exit status that is not accepted
 */
export async function execute(
  { conf, runner }: Pick<HostContext, 'conf' | 'runner'>,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (conf.fake_network) return { argv, exitCode: 0, stdout: 'fake', stderr: '' };
  return runner.run(argv, options);
}

/** The instance's runner, whose commands are {@link execute}d: a dry run where they are not. */
export function executingRunner(context: Pick<HostContext, 'conf' | 'runner'>): Runner {
  const { conf, runner } = context;
  return {
    ...runner,
    dryRun: runner.dryRun || conf.fake_network,
    run: async (argv, options) => execute(context, argv, options),
  };
}
