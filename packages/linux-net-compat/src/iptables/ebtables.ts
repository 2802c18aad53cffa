import { CommandError } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { execute } from '../execute.js';
import { createLock } from '../lock.js';

/** What ebtables says when another one is at work; it ends with 255 for that as for everything. */
const RACE = 'Multiple ebtables programs';

/** How {@link execEbtables} takes a failure. */
export interface ExecEbtablesOptions {
  /** Left out: yes. */
  checkExitCode?: boolean;
  /** `false`: it needs no privilege. Left out: it may need one. */
  privileged?: boolean;
}

/**
 * Runs an ebtables command, again after a while when another one was at work.
 *
 * @throws CommandError for a failure that stayed, with `checkExitCode`
 */
export async function execEbtables(
  context: LinuxNetContext,
  argv: readonly string[],
  { checkExitCode = true, privileged = true }: ExecEbtablesOptions = {},
): Promise<void> {
  const attempts = Math.max(1, context.conf.ebtables_exec_attempts);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      await execute(context, argv, { privileged });
      return;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const isRace = error.stderr.includes(RACE);
      const isLast = attempt === attempts;
      if (checkExitCode && (!isRace || isLast)) throw error;
      if (!isRace || (isLast && context.faults === 'mend')) return;
      await context.sleep(context.conf.ebtables_retry_interval * attempt * 1000);
    }
  }
}

const lock = createLock();

/** Puts rules (`CHAIN MATCHES -j TARGET`) first in their chains; ones that are there move. @throws CommandError */
export async function ensureEbtablesRules(
  context: LinuxNetContext,
  rules: readonly string[],
  table = 'filter',
): Promise<void> {
  await lock(async () => {
    for (const rule of rules) {
      await execEbtables(context, ebtablesArgv(table, '-D', rule), { checkExitCode: false });
      await execEbtables(context, ebtablesArgv(table, '-I', rule));
    }
  });
}

/** Removes rules; one that is not there is no error. */
export async function removeEbtablesRules(
  context: LinuxNetContext,
  rules: readonly string[],
  table = 'filter',
): Promise<void> {
  await lock(async () => {
    for (const rule of rules)
      await execEbtables(context, ebtablesArgv(table, '-D', rule), { checkExitCode: false });
  });
}

function ebtablesArgv(table: string, action: '-D' | '-I', rule: string): string[] {
  return ['ebtables', '-t', table, action, ...rule.split(/\s+/).filter((word) => word !== '')];
}
