import type { OperationOptions } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import type { TableFamily } from './entry.js';
import { type KernelTable, parseTable } from './kernel-table.js';

/** Milliseconds: a hundred thousand elements take a few seconds. */
const DEADLINE_MS = 60_000;

/** The one place where nft(8) runs. */
export interface Nft {
  /** Writes commands as one transaction. @throws CommandError, PermissionError, MissingToolError, AbortedError */
  write(commands: readonly string[], options?: OperationOptions): Promise<void>;
  /** What our table of a family holds; `undefined` where there is none. */
  read(table: TableFamily, options?: OperationOptions): Promise<KernelTable | undefined>;
  /** Whether this kernel would take the commands; nothing is written. */
  takes(commands: readonly string[]): Promise<boolean>;
}

export function createNft(runner: Runner, tableName: string): Nft {
  const script = (commands: readonly string[]): string => `${commands.join('\n')}\n`;
  return {
    async write(commands, { signal } = {}) {
      await runner.run(['nft', '-f', '-'], { stdin: script(commands), timeoutMs: DEADLINE_MS, signal });
    },
    async read(table, { signal } = {}) {
      const { exitCode, stdout, stderr } = await runner.run(
        ['nft', '-j', '-n', 'list', 'table', table, tableName],
        {
          accept: [0, 1],
          timeoutMs: DEADLINE_MS,
          signal,
        },
      );
      if (exitCode === 0) return parseTable(stdout);
      if (/No such file or directory/.test(stderr)) return undefined;
      // Whatever else is wrong is told by a command that has to work on any host.
      await runner.run(['nft', 'list', 'tables'], { timeoutMs: DEADLINE_MS, signal });
      return undefined;
    },
    async takes(commands) {
      const { exitCode } = await runner.run(['nft', '--check', '-f', '-'], {
        stdin: script(commands),
        accept: [0, 1],
        timeoutMs: DEADLINE_MS,
      });
      return exitCode === 0;
    },
  };
}
