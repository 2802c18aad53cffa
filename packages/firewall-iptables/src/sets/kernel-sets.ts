import { setTimeout as wait } from 'node:timers/promises';
import { isNetDevError, type OperationOptions } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import { RefusedError } from '../tools/kernel-rules.js';
import type { MemberSet, SetFamily, SetStep } from './set-step.js';
import { parseSavedSets, setCommand } from './set-text.js';

/** Reads and writes the kernel's sets: the one place where ipset(8) runs. */
export interface KernelSets {
  /** The sets of an owner; `undefined` for what is of a type that we do not make. Sets of others are not read. */
  read(owner: string, options?: OperationOptions): Promise<Map<string, MemberSet | undefined>>;
  /**
   * Writes steps, none of which but a `destroy` fails where it was done before.
   *
   * @throws RefusedError when they do not fit what the kernel has
   */
  write(steps: readonly SetStep[], options?: OperationOptions): Promise<void>;
  /** Destroys sets. Those that somebody else's rules name stay. */
  destroy(steps: readonly SetStep[], options?: OperationOptions): Promise<void>;
}

const DEADLINE_MS = 30_000;

/** With iptables-nft the kernel lets go of a set a little after the rule that named it is gone. */
const RELEASE_WAITS_MS = [5, 10, 20, 50, 100, 200];

export function createKernelSets(runner: Runner): KernelSets {
  const restore = async (lines: readonly string[], { signal }: OperationOptions = {}): Promise<string> => {
    const stdin = `${lines.join('\n')}\n`;
    const run = { stdin, signal, timeoutMs: DEADLINE_MS };
    return (await runner.run(['ipset', 'restore', '-exist'], run)).stdout;
  };
  return {
    async read(owner, { signal } = {}) {
      const listed = await runner.run(['ipset', 'list', '-n'], { signal, timeoutMs: DEADLINE_MS });
      const names = listed.stdout.split('\n').filter((name) => name.startsWith(`${owner}:`));
      if (names.length === 0) return new Map();
      return parseSavedSets(
        await restore(
          names.map((name) => `save ${name}`),
          { signal },
        ),
      );
    },

    async write(steps, options) {
      if (steps.length === 0) return;
      try {
        await restore(steps.map(setCommand), options);
      } catch (cause) {
        if (!isNetDevError(cause, 'COMMAND_FAILED')) throw cause;
        throw new RefusedError({ operation: 'write', object: 'ipset sets', detail: cause.detail, cause });
      }
    },

    async destroy(steps, options) {
      let left = steps;
      for (const pause of [...RELEASE_WAITS_MS, undefined]) {
        if (left.length === 0) return;
        try {
          await restore(left.map(setCommand), options);
          return;
        } catch (error) {
          if (!isNetDevError(error, 'COMMAND_FAILED')) throw error;
          const failed = Number(/line (\d+)/.exec(error.detail ?? '')?.[1] ?? 1);
          left = left.slice(failed - 1);
          if (pause === undefined) left = left.slice(1);
          else await wait(pause);
        }
      }
      if (left.length > 0) await this.destroy(left, options);
    },
  };
}

/** Sets that live in memory and start empty: what a dry run plans on. */
export function createMemorySets(): KernelSets {
  const sets = new Map<string, { family: SetFamily; members: Set<string> }>();
  const write: KernelSets['write'] = async (steps) => {
    for (const step of steps) {
      if (step.do === 'create') sets.set(step.set, { family: step.family, members: new Set() });
      else if (step.do === 'add') sets.get(step.set)?.members.add(step.member);
      else if (step.do === 'delete') sets.get(step.set)?.members.delete(step.member);
      else sets.delete(step.set);
    }
  };
  return { read: async () => new Map(sets), write, destroy: write };
}
