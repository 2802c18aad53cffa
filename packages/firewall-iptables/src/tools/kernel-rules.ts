import {
  BusyError,
  isNetDevError,
  MissingToolError,
  type OperationOptions,
  PlatformError,
} from 'netdev-core';
import type { Runner } from 'netdev-exec';
import type { TablePlan } from '../ruleset/plan.js';
import { renderRestore } from '../ruleset/render.js';
import { parseSavedTable, type SavedTable } from '../ruleset/saved-table.js';
import { type Family, toolsOf, type Variant } from './family.js';

/** Reads and writes the kernel's tables: the one place where programs run. */
export interface KernelRules {
  read(family: Family, table: string, options?: OperationOptions): Promise<SavedTable>;
  /** Writes a change of one family. @throws RuleSetMovedError when somebody changed it meanwhile */
  write(family: Family, plans: readonly TablePlan[], options?: OperationOptions): Promise<void>;
}

/** The rule set is not what was planned on: plan again. */
export class RuleSetMovedError extends PlatformError {}

const DEADLINE_MS = 30_000;

/** Exit status 4 (RESOURCE_PROBLEM of xtables.h): the lock was held, or the rule set changed underneath. */
const RESOURCE_PROBLEM = 4;

export function createKernelRules(runner: Runner, variant: Variant): KernelRules {
  return {
    async read(family, table, { signal } = {}) {
      const { stdout } = await runner.run(toolsOf(family, variant).save(table), {
        signal,
        timeoutMs: DEADLINE_MS,
      });
      return parseSavedTable(stdout, table);
    },

    async write(family, plans, { signal } = {}) {
      const { restore, dialect, command } = toolsOf(family, variant);
      const text = renderRestore(plans, dialect);
      if (text === '') return;
      try {
        await runner.run(restore, { stdin: text, signal, timeoutMs: DEADLINE_MS });
      } catch (error) {
        if (!isNetDevError(error, 'COMMAND_FAILED')) throw error;
        const details = {
          operation: 'write',
          object: `${command} rules`,
          detail: error.detail,
          cause: error,
        };
        const status = (error as { exitCode?: number }).exitCode;
        if (status === RESOURCE_PROBLEM && /lock/i.test(error.detail ?? '')) {
          throw new BusyError({
            ...details,
            hint: 'another program holds the xtables lock: see `fuser -v /run/xtables.lock`',
          });
        }
        throw new RuleSetMovedError(details);
      }
    },
  };
}

/** Whether a family's programs are missing, which is no fault as long as nothing is wanted of them. */
export function isMissing(error: unknown): boolean {
  return error instanceof MissingToolError || isNetDevError(error, 'MISSING_TOOL');
}
