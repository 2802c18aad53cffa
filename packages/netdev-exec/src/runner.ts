import type { NamespaceRef, OperationOptions } from 'netdev-core';
import type { InputText } from './input.js';

/** How a command is run. */
export interface RunOptions extends OperationOptions {
  /** Text for its standard input: all of it, or a long one in parts, which are asked for while it reads, and anew at each try. */
  stdin?: InputText;
  /** Exit statuses that are no failure; `any` accepts all. Left out: only 0. */
  accept?: readonly number[] | 'any';
  /** Milliseconds; then it is ended and the call rejects with `TimeoutError`. Left out: no limit. */
  timeoutMs?: number;
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
  /** Tries in all, 1 or more, with `retryDelayMs` between them; only failures by exit status are tried again. Left out: 1. */
  attempts?: number;
  retryDelayMs?: number;
  /**
   * What it prints when all is done: the call answers then, with exit status 0 and what was printed so far, and the program
   * ends by itself meanwhile. Left out, and where it prints no such thing: the call answers when the program has ended.
   */
  until?: string;
  /** `false`: it needs no privilege, so a runner with `sudo` runs it without. Left out: it may need one. */
  privileged?: boolean;
}

export interface RunResult {
  argv: readonly string[];
  /** `undefined` when a signal ended it. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** How a process that stays is started. */
export interface StartOptions {
  env?: Readonly<Record<string, string>>;
  /** A file that its output is appended to. Left out: thrown away. */
  logFile?: string;
  /** Is told what it prints on its standard output, in pieces of any length. Then it does not go to `logFile`, and the process loses its reader when this program ends. */
  onOutput?: (text: string) => void;
  /** Milliseconds in which an early end counts as a failed start. Left out: 0, not watched. */
  settleMs?: number;
}

/** How a process ended: by itself with a status, or by a signal. */
export interface ProcessEnd {
  exitCode: number | undefined;
  signal: NodeJS.Signals | undefined;
}

/** A process that stays, in a session of its own, so that it outlives this program. */
export interface StartedProcess {
  /** Negative in a dry run, where there is no process. */
  pid: number;
  /** Settles when it ends. Never rejects, and does not keep this program alive. */
  exited: Promise<ProcessEnd>;
  /** The same, and keeps this program alive until then. */
  wait(): Promise<ProcessEnd>;
}

/**
 * The one seam through which drivers run programs. Never a shell: argv goes to the program as it is.
 */
export interface Runner {
  /** Whether nothing really runs: then there is nothing to wait for either. */
  readonly dryRun: boolean;
  /**
   * Runs a command to its end.
   * @throws MissingToolError, CommandError, TimeoutError, AbortedError, PermissionError
   */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts a command that stays. @throws MissingToolError, CommandError when it ended within `settleMs` */
  start(argv: readonly string[], options?: StartOptions): Promise<StartedProcess>;
  /**
   * Sends a signal to a process that was started here or found by its pid; answers whether there was
   * one. @throws InvalidArgumentError for 0 and below, which would mean a group of processes (kill(2))
   */
  signal(pid: number, signal: NodeJS.Signals | 0): Promise<boolean>;
  /** The same runner in a namespace. */
  inNamespace(namespace: NamespaceRef): Runner;
}
