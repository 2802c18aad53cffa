import { AbortedError, type NamespaceRef } from 'netdev-core';
import { checkedArgv } from './checked-argv.js';
import { acceptedResult, ending, missingTool } from './failure.js';
import { wholeInput } from './input.js';
import { type PlayedProcess, Processes, type ProcessStage } from './played-processes.js';
import { withRetries } from './retries.js';
import type { Runner, RunOptions, RunResult } from './runner.js';
import { shellCommand } from './shell-quote.js';

/** A command that a runner is asked for. */
export interface AskedCommand {
  argv: readonly string[];
  stdin: string | undefined;
  /** The namespace that it is to run in; `undefined`: this program's own. */
  namespace: NamespaceRef | undefined;
  /** Added to the environment; `undefined`: nothing. */
  env: Readonly<Record<string, string>> | undefined;
}

/** A command that is to stay. */
export interface StartedCommand extends AskedCommand {
  /** The file that its output is appended to; `undefined`: it is thrown away. */
  logFile: string | undefined;
}

/** How a command ends, and what it prints. */
export interface CommandAnswer {
  exitCode: number;
  stdout?: string;
  stderr?: string;
}

/** What answers a command; `undefined`: there is no such program. */
type Answer = (command: AskedCommand) => CommandAnswer | undefined | Promise<CommandAnswer | undefined>;

export interface AnsweringOptions {
  /** Plays a process that stays; `undefined`: there is no such program. Left out: there is none that stays. */
  start?: (command: StartedCommand, stage: ProcessStage) => PlayedProcess | undefined;
}

/**
 * A runner that runs nothing, and whose commands are answered by a function: a simulated host, or the replies of a test. Its
 * errors are those of the real one: `CommandError` for an exit status that is not accepted, `MissingToolError` for a program
 * that the function does not know, `PermissionError`, `AbortedError`. What the function throws is passed on as it is.
 */
export function createAnsweringRunner(answer: Answer, options: AnsweringOptions = {}): Runner {
  return runnerIn(undefined, answer, options, new Processes());
}

function runnerIn(
  namespace: NamespaceRef | undefined,
  answer: Answer,
  options: AnsweringOptions,
  processes: Processes,
): Runner {
  const runOnce = async (argv: readonly string[], runOptions: RunOptions): Promise<RunResult> => {
    if (runOptions.signal?.aborted) throw new AbortedError({ operation: 'run', object: shellCommand(argv) });
    const answered = await answer({
      argv: [...argv],
      stdin: wholeInput(runOptions.stdin),
      namespace,
      env: runOptions.env,
    });
    if (answered === undefined) throw missingTool(argv[0] ?? '', argv);
    const result = { argv: [...argv], stdout: '', stderr: '', ...answered };
    return acceptedResult(result, runOptions, ending(result.exitCode, undefined));
  };
  return {
    dryRun: false,
    run: async (argv, runOptions = {}) =>
      withRetries(checkedArgv(argv), runOptions, () => runOnce(argv, runOptions)),
    start: async (argv, startOptions = {}) => {
      const { env, logFile } = startOptions;
      const command = { argv: [...checkedArgv(argv)], stdin: undefined, namespace, env, logFile };
      const started = processes.start(
        (stage) => options.start?.(command, stage),
        startOptions.onOutput ?? (() => {}),
      );
      if (started === undefined) throw missingTool(argv[0] ?? '', argv);
      return started;
    },
    signal: async (pid, signal) => processes.signal(pid, signal),
    inNamespace: (other) => runnerIn(other, answer, options, processes),
  };
}
