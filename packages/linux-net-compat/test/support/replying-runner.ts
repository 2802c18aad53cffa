import { CommandError } from 'netdev-core';
import type { Runner } from 'netdev-exec';

/** What a command prints: the first whose `match` begins its words and that has uses left. */
export interface Reply {
  match: string[];
  stdout: string;
  stderr: string;
  exit: number;
  times?: number;
}

/** Answers commands with a vector's replies, and notes them. */
export function replyingRunner(replies: readonly Reply[], commands: string[][]): Runner {
  const uses = new Map<object, number>();
  const runner: Runner = {
    dryRun: false,
    run: async (argv, options = {}) => {
      commands.push([...argv]);
      const reply = replies.find(
        (entry) =>
          entry.match.every((word, index) => argv[index] === word) &&
          (uses.get(entry) ?? 0) < (entry.times ?? Number.POSITIVE_INFINITY),
      );
      if (reply !== undefined) uses.set(reply, (uses.get(reply) ?? 0) + 1);
      const result = {
        argv,
        exitCode: reply?.exit ?? 0,
        stdout: reply?.stdout ?? '',
        stderr: reply?.stderr ?? '',
      };
      if (result.exitCode !== 0 && options.accept !== 'any') {
        throw new CommandError(result, { operation: 'run', object: argv.join(' '), detail: result.stderr });
      }
      return result;
    },
    start: async () => Promise.reject(new Error('nothing is started')),
    signal: async () => Promise.reject(new Error('nothing is signalled')),
    inNamespace: () => runner,
  };
  return runner;
}
