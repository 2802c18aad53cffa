import { dirname } from 'node:path';
import type { NamespaceRef } from 'netdev-core';
import type { HostFiles } from './host-files.js';
import { wholeInput } from './input.js';
import { createMemoryFiles } from './memory-files.js';
import type { Runner } from './runner.js';
import { shellCommand, shellQuote } from './shell-quote.js';

/** What a dry run is told about: each command or file as a person would type it. */
export interface DryRunOptions {
  onCommand: (line: string) => void;
  /** What a command prints that a driver reads before it decides; left out: nothing. */
  reply?: (argv: readonly string[]) => string | undefined;
  namespace?: NamespaceRef | undefined;
}

/** A runner that runs nothing: every command succeeds, and is told to `onCommand`. Its processes have the pids -1, -2 …, and are told as `$pid1`, `$pid2` …. */
export function createDryRunRunner(options: DryRunOptions): Runner {
  return runnerFor(options, { started: 0 });
}

function runnerFor(options: DryRunOptions, count: { started: number }): Runner {
  const tell = (argv: readonly string[], stdin?: string, suffix = ''): void => {
    const line = shellCommand([...typedPrefix(options.namespace), ...argv]) + suffix;
    options.onCommand(
      stdin === undefined ? line : `${line} <<'EOF'\n${stdin}${stdin.endsWith('\n') ? '' : '\n'}EOF`,
    );
  };
  return {
    dryRun: true,
    run: async (argv, { stdin } = {}) => {
      tell(argv, wholeInput(stdin));
      return { argv: [...argv], exitCode: 0, stdout: options.reply?.(argv) ?? '', stderr: '' };
    },
    start: async (argv) => {
      count.started += 1;
      tell(argv, undefined, ` & pid${count.started}=$!`);
      return {
        pid: -count.started,
        exited: new Promise<never>(() => {}),
        wait: async () => ({ exitCode: 0, signal: undefined }),
      };
    },
    signal: async (pid, signal) => {
      if (signal !== 0)
        options.onCommand(`kill -${signal.replace('SIG', '')} ${pid < 0 ? `$pid${-pid}` : pid}`);
      return true;
    },
    inNamespace: (namespace) => runnerFor({ ...options, namespace }, count),
  };
}

/** Files that are kept in memory only; every change is told to `onCommand`. */
export function createDryRunFiles({ onCommand }: Pick<DryRunOptions, 'onCommand'>): HostFiles {
  const files = createMemoryFiles();
  const made = new Set<string>();
  const make = (directory: string): void => {
    if (made.has(directory)) return;
    made.add(directory);
    onCommand(`mkdir -p ${shellQuote(directory)}`);
  };
  return {
    ...files,
    write: async (path, text, writeOptions) => {
      make(dirname(path));
      await files.write(path, text, writeOptions);
      onCommand(
        `cat > ${shellQuote(path)} <<'EOF'\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}EOF`,
      );
      if (writeOptions?.mode !== undefined)
        onCommand(`chmod ${writeOptions.mode.toString(8)} ${shellQuote(path)}`);
    },
    empty: async (path) => {
      const there = await files.empty(path);
      if (there) onCommand(`: > ${shellQuote(path)}`);
      return there;
    },
    setMode: async (path, mode) => {
      const there = await files.setMode(path, mode);
      if (there) onCommand(`chmod ${mode.toString(8)} ${shellQuote(path)}`);
      return there;
    },
    remove: async (path) => {
      const removed = await files.remove(path);
      for (const directory of made)
        if (directory === path || directory.startsWith(`${path}/`)) made.delete(directory);
      if (removed) onCommand(`rm -r ${shellQuote(path)}`);
      return removed;
    },
    makeDirectory: async (path, directoryOptions) => {
      await files.makeDirectory(path, directoryOptions);
      make(path);
    },
  };
}

function typedPrefix(namespace: NamespaceRef | undefined): string[] {
  if (namespace === undefined) return [];
  if ('name' in namespace) return ['ip', 'netns', 'exec', namespace.name];
  return [
    'nsenter',
    'pid' in namespace ? `--net=/proc/${namespace.pid}/ns/net` : `--net=${namespace.path}`,
    '--',
  ];
}
