import { setTimeout as wait } from 'node:timers/promises';
import { CommandError } from 'netdev-core';
import type { HostLocks, Runner } from 'netdev-exec';
import type { FaultMode } from '../faults.js';

/** Raw rules of ebtables(8), one command each, for programs that keep them themselves. */
export interface Ebtables {
  /**
   * Runs a command, again after a while when another one was at work.
   *
   * @throws CommandError for a failure that stayed, unless `checkExitCode` is false
   */
  run(argv: readonly string[], options?: EbtablesRunOptions): Promise<void>;
  /** Puts rules (`CHAIN MATCHES -j TARGET`) first in their chains; ones that are there move. @throws CommandError */
  ensureRules(rules: readonly string[], table?: string): Promise<void>;
  /** Removes rules; one that is not there is no error. */
  removeRules(rules: readonly string[], table?: string): Promise<void>;
}

/** How a command is run. */
export interface EbtablesRunOptions {
  /** Whether a failure that stayed rejects. Left out: yes. */
  checkExitCode?: boolean | undefined;
  /** `false`: it needs no privilege. Left out: it may need one. */
  privileged?: boolean | undefined;
}

export interface EbtablesOptions {
  runner: Pick<Runner, 'run'>;
  /** Keeps others of this host out while several rules are changed. */
  locks: HostLocks;
  /** Tries of one command, at least 1. Left out: 3. */
  attempts?: number;
  /** Before the second try, twice as many before the third and so on. Left out: 1000. */
  retryIntervalMs?: number;
  faults?: FaultMode;
  sleep?: (milliseconds: number) => Promise<void>;
}

/** What ebtables says when another one is at work; it ends with 255 for that as for everything. */
const RACE = 'Multiple ebtables programs';

const LOCK = 'ebtables';

export function createEbtables({
  runner,
  locks,
  attempts = 3,
  retryIntervalMs = 1000,
  faults = 'mend',
  sleep = async (milliseconds) => void (await wait(milliseconds)),
}: EbtablesOptions): Ebtables {
  const run: Ebtables['run'] = async (argv, { checkExitCode = true, privileged = true } = {}) => {
    const most = Math.max(1, attempts);
    for (let attempt = 1; attempt <= most; attempt += 1) {
      try {
        await runner.run(argv, { privileged });
        return;
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        const isRace = error.stderr.includes(RACE);
        const isLast = attempt === most;
        if (checkExitCode && (!isRace || isLast)) throw error;
        if (!isRace || (isLast && faults === 'mend')) return;
        await sleep(retryIntervalMs * attempt);
      }
    }
  };
  return {
    run,
    ensureRules: async (rules, table = 'filter') =>
      locks.hold(LOCK, async () => {
        for (const rule of rules) {
          await run(argvOf(table, '-D', rule), { checkExitCode: false });
          await run(argvOf(table, '-I', rule));
        }
      }),
    removeRules: async (rules, table = 'filter') =>
      locks.hold(LOCK, async () => {
        for (const rule of rules) await run(argvOf(table, '-D', rule), { checkExitCode: false });
      }),
  };
}

function argvOf(table: string, action: '-D' | '-I', rule: string): string[] {
  return ['ebtables', '-t', table, action, ...rule.split(/\s+/).filter((word) => word !== '')];
}
