import type { NamespaceRef } from 'netdev-core';
import type { HostFiles } from './host-files.js';
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

/** A runner that runs nothing: every command succeeds, and is told to `onCommand`. Its processes have pid 0. */
export function createDryRunRunner(options: DryRunOptions): Runner {
  const tell = (argv: readonly string[], stdin?: string, suffix = ''): void => {
    const line = shellCommand([...typedPrefix(options.namespace), ...argv]) + suffix;
    options.onCommand(
      stdin === undefined ? line : `${line} <<'EOF'\n${stdin}${stdin.endsWith('\n') ? '' : '\n'}EOF`,
    );
  };
  return {
    run: async (argv, { stdin } = {}) => {
      tell(argv, stdin);
      return { argv: [...argv], exitCode: 0, stdout: options.reply?.(argv) ?? '', stderr: '' };
    },
    start: async (argv) => {
      tell(argv, undefined, ' &');
      const never = new Promise<never>(() => {});
      return { pid: 0, exited: never, wait: () => Promise.resolve({ exitCode: 0, signal: undefined }) };
    },
    signal: async (pid, signal) => {
      if (signal !== 0) options.onCommand(`kill -${signal.replace('SIG', '')} ${pid}`);
      return true;
    },
    inNamespace: (namespace) => createDryRunRunner({ ...options, namespace }),
  };
}

/** Files that are kept in memory only; every change is told to `onCommand`. */
export function createDryRunFiles({ onCommand }: Pick<DryRunOptions, 'onCommand'>): HostFiles {
  const files = createMemoryFiles();
  return {
    ...files,
    write: async (path, text, writeOptions) => {
      await files.write(path, text, writeOptions);
      onCommand(
        `cat > ${shellQuote(path)} <<'EOF'\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}EOF`,
      );
    },
    remove: async (path) => {
      const removed = await files.remove(path);
      if (removed) onCommand(`rm -r ${shellQuote(path)}`);
      return removed;
    },
    makeDirectory: async (path, directoryOptions) => {
      await files.makeDirectory(path, directoryOptions);
      onCommand(`mkdir -p ${shellQuote(path)}`);
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
