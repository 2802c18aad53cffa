import type { FreeBsdKernel } from './kernel.js';
import type { Vnet } from './vnet.js';

/** How a command ended, and what it printed. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A command as a program of the simulated host gets it. */
export interface ProgramCall {
  /** With the program's own name in front. */
  argv: readonly string[];
  stdin: string | undefined;
  /** Added to the environment. */
  env: Readonly<Record<string, string>>;
  /** The stack that it runs in: the host's, or a jail's. */
  vnet: Vnet;
  kernel: FreeBsdKernel;
}

/** A program of the simulated host. @throws NotCoveredError for a command line that the facts do not have */
export type Program = (call: ProgramCall) => CommandResult;

export const printed = (stdout: string): CommandResult => ({ exitCode: 0, stdout, stderr: '' });

export const failed = (stderr: string, { exitCode = 1, stdout = '' } = {}): CommandResult => ({
  exitCode,
  stdout,
  stderr,
});
