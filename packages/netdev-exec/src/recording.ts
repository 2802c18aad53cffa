import type { NamespaceRef } from 'netdev-core';
import { wholeInput } from './input.js';
import type { Runner, RunOptions } from './runner.js';

/** One command that went through a recording runner. */
export interface RecordedCommand {
  argv: readonly string[];
  stdin: string | undefined;
  accept: RunOptions['accept'];
  attempts: number;
  namespace: NamespaceRef | undefined;
}

/** Passes every command on to another runner and notes it in `commands` first. */
export function createRecordingRunner(
  inner: Runner,
  commands: RecordedCommand[] = [],
  namespace?: NamespaceRef,
): Runner & { readonly commands: readonly RecordedCommand[] } {
  return {
    dryRun: inner.dryRun,
    commands,
    run: (argv, options = {}) => {
      commands.push({
        argv: [...argv],
        stdin: wholeInput(options.stdin),
        accept: options.accept,
        attempts: options.attempts ?? 1,
        namespace,
      });
      return inner.run(argv, options);
    },
    start: (argv, options) => {
      commands.push({ argv: [...argv], stdin: undefined, accept: undefined, attempts: 1, namespace });
      return inner.start(argv, options);
    },
    signal: (pid, signal) => inner.signal(pid, signal),
    inNamespace: (other) => createRecordingRunner(inner.inNamespace(other), commands, other),
  };
}
