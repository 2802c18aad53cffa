import { CommandError, type OperationOptions, PlatformError } from 'netdev-core';
import type { Runner } from 'netdev-exec';

const DEADLINE_MS = 60_000;

/** What pfctl shows of an anchor. */
export interface ShownAnchor {
  ether: string[];
  translation: string[];
  filter: string[];
}

export type RuleKind = keyof ShownAnchor;

/** A rule with what it counted. */
export interface CountedRule {
  rule: string;
  packets: bigint;
  bytes: bigint;
}

/** pfctl(8), as far as it is used. Each call is one run of it. */
export interface Pfctl {
  takesEtherRules(options?: OperationOptions): Promise<boolean>;
  /** Whether pf is enabled. */
  isEnabled(options?: OperationOptions): Promise<boolean>;
  /** Puts a text in the place of all that an anchor holds; without a path, of the main ruleset's. */
  load(path: string | undefined, text: string, options?: OperationOptions): Promise<void>;
  /** @throws CommandError for a text that pf does not take */
  check(text: string, options?: OperationOptions): Promise<void>;
  /** The paths of all anchors. */
  anchors(options?: OperationOptions): Promise<string[]>;
  /** The rules of one kind, normalised. */
  show(path: string | undefined, kind: RuleKind, options?: OperationOptions): Promise<string[]>;
  count(path: string, kind: RuleKind, options?: OperationOptions): Promise<CountedRule[]>;
  tables(path: string, options?: OperationOptions): Promise<string[]>;
  addresses(path: string, table: string, options?: OperationOptions): Promise<string[]>;
  changeTable(path: string, table: string, change: TableChange, options?: OperationOptions): Promise<void>;
  /** Ends states, by one or two of what `-k` takes. */
  kill(which: readonly string[], options?: OperationOptions): Promise<void>;
}

export interface TableChange {
  command: 'add' | 'delete' | 'replace';
  addresses: readonly string[];
}

/** How many addresses go into one command line. */
const MOST_WORDS = 64;

const words: Record<RuleKind, string> = { ether: 'ether', translation: 'nat', filter: 'rules' };

export function createPfctl(runner: Runner): Pfctl {
  const run = async (
    argv: readonly string[],
    { signal }: OperationOptions = {},
    { stdin, accept }: { stdin?: string; accept?: readonly number[] } = {},
  ) => {
    try {
      return await runner.run(['pfctl', ...argv], {
        signal,
        timeoutMs: DEADLINE_MS,
        env: { LC_ALL: 'C' },
        ...(stdin === undefined ? {} : { stdin }),
        ...(accept === undefined ? {} : { accept }),
      });
    } catch (error) {
      throw withoutPf(error) ?? error;
    }
  };
  const anchored = (path: string | undefined): string[] => (path === undefined ? [] : ['-a', path]);
  const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');
  return {
    async takesEtherRules(options) {
      const { exitCode } = await run(['-n', '-f', '-'], options, { stdin: 'ether pass\n', accept: [0, 1] });
      return exitCode === 0;
    },

    async isEnabled(options) {
      const { exitCode } = await run(['-s', 'Running'], options, { accept: [0, 1] });
      return exitCode === 0;
    },

    async load(path, text, options) {
      await run([...anchored(path), '-f', '-'], options, { stdin: text });
    },

    async check(text, options) {
      await run(['-n', '-f', '-'], options, { stdin: text });
    },

    async anchors(options) {
      const { stdout } = await run(['-v', '-s', 'Anchors'], options);
      return lines(stdout).map((line) => line.trim());
    },

    async show(path, kind, options) {
      const { stdout } = await run([...anchored(path), '-s', words[kind]], options);
      return lines(stdout);
    },

    async count(path, kind, options) {
      const { stdout } = await run(['-a', path, '-v', '-s', words[kind]], options);
      return countedRules(lines(stdout));
    },

    async tables(path, options) {
      const { stdout } = await run(['-a', path, '-s', 'Tables'], options);
      return lines(stdout).map((line) => line.trim());
    },

    async addresses(path, table, options) {
      const { stdout, exitCode } = await run(['-a', path, '-t', table, '-T', 'show'], options, {
        accept: [0, 1],
      });
      return exitCode === 0 ? lines(stdout).map((line) => line.trim()) : [];
    },

    async changeTable(path, table, { command, addresses }, options) {
      const base = ['-a', path, '-t', table, '-T', command];
      if (addresses.length <= MOST_WORDS) await run([...base, ...addresses], options);
      else await run([...base, '-f', '-'], options, { stdin: addresses.map((each) => `${each}\n`).join('') });
    },

    async kill(which, options) {
      await run(
        which.flatMap((each) => ['-k', each]),
        options,
      );
    },
  };
}

/** Rules begin a line; their counters follow, set in, in brackets. */
function countedRules(lines: readonly string[]): CountedRule[] {
  const rules: CountedRule[] = [];
  for (const line of lines) {
    const last = rules.at(-1);
    const found = /^\s+\[ .*Packets:\s*(\d+)\s+Bytes:\s*(\d+)/.exec(line);
    if (found !== null && last !== undefined) {
      last.packets += BigInt(found[1] ?? 0);
      last.bytes += BigInt(found[2] ?? 0);
    } else if (!/^\s/.test(line)) {
      rules.push({ rule: line, packets: 0n, bytes: 0n });
    }
  }
  return rules;
}

/** What pfctl says where the kernel has no pf: an error that says what to do. */
function withoutPf(error: unknown): PlatformError | undefined {
  if (!(error instanceof CommandError) || !error.stderr.includes('/dev/pf: No such file or directory'))
    return undefined;
  return new PlatformError({
    operation: error.operation,
    object: error.object,
    detail: error.stderr.trim(),
    hint: 'load it: kldload pf, and pf_enable="YES" in rc.conf; in a jail let devfs(8) show /dev/pf',
    cause: error,
  });
}
