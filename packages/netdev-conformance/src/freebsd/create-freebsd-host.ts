import type { CommandResult } from './command.js';
import { createKernel, type FreeBsdVersion } from './kernel.js';
import { runProgram } from './run-program.js';

export interface FreeBsdHostOptions {
  /** Left out: 14. */
  version?: FreeBsdVersion;
}

/** A FreeBSD host in memory, as far as its commands show it. */
export interface FreeBsdHost {
  readonly version: FreeBsdVersion;
  /**
   * Runs a command to its end. `jexec JAIL COMMAND` runs it in a vnet jail.
   * @throws NotCoveredError for what the facts about FreeBSD do not cover
   */
  run(argv: readonly string[], options?: { stdin?: string | undefined }): CommandResult;
}

/**
 * Makes a FreeBSD host in memory. It is written from collected facts about FreeBSD 13 and 14, not from a
 * running one: what it takes was seen in FreeBSD's own tests, manuals or sources, and it refuses all else.
 */
export function createFreeBsdHost({ version = 14 }: FreeBsdHostOptions = {}): FreeBsdHost {
  const kernel = createKernel(version);
  return {
    version,
    run: (argv, { stdin } = {}) => runProgram({ argv, stdin, vnet: kernel.host, kernel }),
  };
}
