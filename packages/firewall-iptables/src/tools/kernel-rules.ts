import { BusyError, isNetDevError, type OperationOptions, PlatformError } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import type { Step, TablePlan } from '../ruleset/plan.js';
import { portionsOf } from '../ruleset/portions.js';
import { renderRestore, restoreParts } from '../ruleset/render.js';
import { parseSavedTables, type SavedTable } from '../ruleset/saved-table.js';
import { type Family, toolsOf, type Variant } from './family.js';
import { findLockHolder } from './lock-holder.js';

/** Reads and writes the kernel's tables: the one place where programs run. */
export interface KernelRules {
  /** The tables of a family by name, of those asked for at least; one that nobody has used is not there. */
  read(
    family: Family,
    tables: readonly string[],
    options?: OperationOptions,
  ): Promise<ReadonlyMap<string, SavedTable>>;
  /** Writes a change of one family. @throws RefusedError when it does not fit what the kernel has */
  write(family: Family, plans: readonly TablePlan[], options?: OperationOptions): Promise<void>;
}

/** The kernel did not take a change: it is wrong, or the rule set is not what it was planned on. */
export class RefusedError extends PlatformError {}

const DEADLINE_MS = 30_000;

/** Exit status 4 (RESOURCE_PROBLEM of xtables.h): the lock was held, or the rule set changed underneath. */
const RESOURCE_PROBLEM = 4;

/**
 * A comment that is printed when all before it is done. Where something was taken away, the programs of nftables take
 * another 10 to 20 ms to end, until no processor can be at it any more, which nobody has to wait for. It is as long as it
 * is since what they print is kept until there are 8192 bytes (setvbuf(3)), and a line may have 10240.
 */
const END = `# ${'done'.padEnd(9000, '.')}\n`;

function takesAway(step: Step): boolean {
  return step.do === 'delete' || step.do === 'remove-chain' || (step.do === 'declare' && !step.isNew);
}

/**
 * Where it may not raise the limit of what is sent at once, as the root of a user namespace may not (SO_SNDBUFFORCE of
 * socket(7)), iptables-nft cannot write much: with the usual 212,992 bytes some 600 short rules.
 */
const LINES_AT_ONCE = 200;

function isTooLong(error: unknown): boolean {
  return isNetDevError(error, 'COMMAND_FAILED') && /Message too long/.test(error.detail ?? '');
}

/** How programs are run. */
export interface KernelRulesOptions {
  /** Tries of each program before its failure counts. Left out: 1. */
  attempts?: number | undefined;
}

export function createKernelRules(
  runner: Runner,
  variant: Variant,
  { attempts = 1 }: KernelRulesOptions = {},
): KernelRules {
  return {
    async read(family, tables, { signal } = {}) {
      const { save, saveOne, dialect } = toolsOf(family, variant);
      const run = { signal, timeoutMs: DEADLINE_MS, attempts };
      try {
        // All at once: the legacy variant makes a table that is asked for by its name.
        return parseSavedTables((await runner.run(save, run)).stdout, dialect);
      } catch (error) {
        if (!isNetDevError(error) || !/ip6?_tables_names/.test(error.detail ?? '')) throw error;
        // Which tables there are is not for every root of a user namespace to read.
        const texts = await Promise.all(
          tables.map(async (table) => {
            const { exitCode, stdout } = await runner.run(saveOne(table), { ...run, accept: 'any' });
            return exitCode === 0 ? stdout : '';
          }),
        );
        return parseSavedTables(texts.join('\n'), dialect);
      }
    },

    async write(family, plans, { signal } = {}) {
      const { restore, echoes, dialect, command } = toolsOf(family, variant);
      const run = { signal, timeoutMs: DEADLINE_MS, attempts };
      if (plans.every(({ steps }) => steps.length === 0)) return;
      const feed = async (each: readonly TablePlan[]): Promise<void> => {
        const parts = (): Iterable<string> => restoreParts(each, dialect);
        if (echoes && each.some(({ steps }) => steps.some(takesAway)))
          await runner.run([...restore, '--verbose'], {
            ...run,
            stdin: inTurn(parts, () => [END]),
            until: END,
          });
        else await runner.run(restore, { ...run, stdin: inTurn(parts) });
      };
      try {
        await feed(plans).catch(async (error) => {
          const portions = isTooLong(error) ? portionsOf(plans, LINES_AT_ONCE) : [];
          if (portions.length < 2) throw error;
          for (const portion of portions) await feed(portion);
        });
      } catch (error) {
        if (!isNetDevError(error, 'COMMAND_FAILED')) throw error;
        const detail = withLine(error.detail ?? '', () => renderRestore(plans, dialect));
        const details = { operation: 'write', object: `${command} rules`, detail, cause: error };
        const status = (error as { exitCode?: number }).exitCode;
        if (status === RESOURCE_PROBLEM && /lock/i.test(detail)) {
          // Another file than usual where XTABLES_LOCKFILE says so (iptables(8)).
          const file = /lock (\/\S+):/.exec(detail)?.[1] ?? '/run/xtables.lock';
          const holder = await findLockHolder(file);
          throw new BusyError({
            ...details,
            ...(holder === undefined ? {} : { detail: `${detail}; it is held by ${holder}` }),
            hint: `another program holds the xtables lock: see \`fuser -v ${file}\``,
          });
        }
        throw new RefusedError(details);
      }
    },
  };
}

/** One after the other, from the beginning whenever they are asked for. */
function inTurn(...sources: (() => Iterable<string>)[]): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      for (const source of sources) yield* source();
    },
  };
}

/** The tools name a line by its number only. */
function withLine(detail: string, input: () => string): string {
  const number = /line:? (\d+)/.exec(detail)?.[1];
  const line = number === undefined ? undefined : input().split('\n')[Number(number) - 1];
  return line === undefined || line === 'COMMIT' ? detail : `${detail} (${line})`;
}
